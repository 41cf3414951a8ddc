/** What separates the cells of a CSV file. */
export type Delimiter = 'comma' | 'semicolon' | 'tab'
