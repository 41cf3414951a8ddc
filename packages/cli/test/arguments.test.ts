import { describe, expect, it } from 'vitest'
import { hearsay } from './harness.ts'

/** Arguments that are wrong, and what the one line on stderr says about each. */
const WRONG: readonly (readonly [argv: string, message: RegExp])[] = [
  ['simlate', /unknown command 'simlate' \(did you mean simulate\?\)/],
  ['--verison', /unknown option '--verison' \(did you mean --version\?\)/],
  ['simulate --peer 10', /unknown option '--peer' \(did you mean --peers\?\)/],
  ['simulate --frobnicate', /unknown option '--frobnicate'; see: hearsay simulate --help/],
  ['simulate 7', /too many arguments .*; see: hearsay simulate --help/],
  ['simulate --peers', /'--peers <count>' argument missing/],
  ['simulate --peers 0', /--peers: give an integer ≥ 2 and ≤ 10000000, not "0"/],
  ['simulate --peers many', /--peers: .* not "many"/],
  ['simulate --peers 2.5', /--peers: give an integer .* not "2.5"/],
  ['simulate --peers 0x10', /--peers: .* not "0x10"/],
  ['simulate --cycles 0', /--cycles: give an integer ≥ 1/],
  ['simulate --cycles 1e99', /--cycles: /],
  ['simulate --lambda=-1', /--lambda: give a number ≥ 0 .*not "-1"/],
  ['simulate --lambda -1', /--lambda: .* not "-1"/],
  ['simulate --lambda NaN', /--lambda: .* not "NaN"/],
  ['simulate --lambda Infinity', /--lambda: .* not "Infinity"/],
  ['simulate --lambda=', /--lambda: .* not ""/],
  ['simulate --lambda 0', /with λ = 0, set --eta/],
  ['simulate --eta 0', /--eta: give a number > 0/],
  ['simulate --batch 0', /--batch: give an integer ≥ 1 and ≤ 4096/],
  ['simulate --votes 101', /--votes: /],
  ['simulate --loss 1.5', /--loss: give a number ≥ 0 and ≤ 1, not "1.5"/],
  ['simulate --jitter 0.5', /--jitter: /],
  ['simulate --period 0', /--period: /],
  ['simulate --seed -3', /--seed: give an integer ≥ 0, not "-3"/],
  ['simulate --seed 9007199254740993', /--seed: /],
  [
    'simulate --seed 9007199254740990 --repeat 3',
    /--seed: the last of 3 seeds from 9007199254740990 on would be above/,
  ],
  ['simulate --seed 9007199254740991 --explore 2', /--seed: the last of 2 seeds .* or a smaller --explore/],
  ['simulate --repeat 2 --checkpoint-every 4', /--checkpoint-every belongs to one run/],
  [
    'simulate --export-sessions s.csv --churn smartphone --repeat 2',
    /--repeat belongs to a run: leave it or --export-/,
  ],
  ['simulate --export-sessions s.csv --churn smartphone --trace a', /--trace belongs to a run/],
  ['simulate --overlay newscast --degree 3', /--degree is of fixed graphs, not of --overlay newscast/],
  ['simulate --overlay uniform --degree 3', /--degree is of fixed graphs, not of --overlay uniform/],
  ['simulate --view-size 3', /--view-size goes with --overlay newscast/],
  ['simulate --evaluate 0', /--evaluate: give a number > 0 and ≤ 1/],
  ['simulate --view-size 128', /--view-size: /],
  ['simulate --degree 8 --peers 8', /a degree of 8 needs more than 8 peers, not 8/],
  [
    'simulate --overlay statik',
    /--overlay: give static, newscast, uniform, scale-free, regular, ring or random, not "statik"/,
  ],
  ['simulate --model svm', /--model: give pegasos, logistic, adaline or softmax, not "svm"/],
  ['simulate --create mu', /--create: give RW, MU or UM, not "mu"/],
  ['simulate --delay 1', /--delay: give constant:CYCLES, /],
  ['simulate --delay constant:', /--delay constant: .* not ""/],
  ['simulate --delay uniform:2,1', /--delay: the least delay, 2, is above the greatest, 1/],
  ['simulate --delay normal:1', /--delay: give constant:CYCLES, /],
  ['simulate --delay constant:-1', /--delay constant: .* not "-1"/],
  ['simulate --report-at 1,x', /--report-at: .* not "x"/],
  ['simulate --backend gpu', /--backend: give auto, wasm-simd or javascript/],
  ['simulate --dataset spambas', /no data set "spambas" \(did you mean "spambase"\?\)/],
  ['simulate --data mails.csv', /--data needs --label/],
  ['simulate --label spam', /--label goes with --data FILE/],
  ['simulate --dataset spambase --data mails.csv', /not both/],
  ['simulate --test-fraction 0.2', /spambase has a fixed split/],
  ['simulate --data mails.csv --label spam --test-fraction 1', /--test-fraction: /],
  ['simulate --peers 5000', /4140 training rows for 5000 peers.*rowsPerPeer in a file, --rows-per-peer/],
  ['simulate --shards by-class --rows-per-peer 2', /for iid shards only, not for by-class/],
  ['datasets spambase', /unknown command "spambase", there are list, show, split, fetch and import/],
  ['datasets show', /name a data set/],
  ['datasets show iris', /no data set "iris"; there are: digits, letter, satellite, spambase/],
  [
    'datasets split --dataset spambase --out shards',
    /'--peers <count>' not specified; see: hearsay datasets split --help/,
  ],
  ['datasets split --dataset spambase --peers 2', /'--out <folder>' not specified/],
]

describe('a wrong command line', () => {
  it.each(WRONG)('hearsay %s', async (argv, message) => {
    const { code, stdout, stderr } = await hearsay(argv.split(' '))
    expect(stderr).toMatch(/^hearsay: [^\n]+\n$/)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('without a command gets the help on stderr', async () => {
    const { code, stdout, stderr } = await hearsay([])
    expect(stderr).toMatch(/^Usage: hearsay /)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('is told from a defect, which is called unexpected', async () => {
    const now = (): number => {
      throw new Error('the clock\nhas stopped')
    }
    const { code, stderr } = await hearsay(['simulate', '--peers', '20', '--cycles', '1'], { now })
    expect(stderr).toBe('hearsay: unexpected error: the clock has stopped\n')
    expect(code).toBe(70)
  })

  it('shows the stack of an error on request', async () => {
    const { stderr } = await hearsay(['simulate', '--peers', '5000', '--debug'])
    expect(stderr).toMatch(/^hearsay: spambase has .*\nConfigurationError: .*\n\s+at /)
  })
})

describe('a file that is not there', () => {
  it('is the environment’s fault', async () => {
    const { code, stderr } = await hearsay(['datasets', 'show', '--data', 'no-such.csv', '--label', 'spam'])
    expect(stderr).toBe('hearsay: no-such.csv: no such file\n')
    expect(code).toBe(3)
  })
})

describe('help and version', () => {
  it.each([
    ['--help', /simulate .*\n\s+experiment [^]*\n\s+report [^]*\n\s+datasets .*[^]*Exit codes:[^]*130 /],
    ['help simulate', /Network:\n +--peers <count> .*\(default: 1000\)\n[^]*\nLearning:\n[^]*workload W2/],
    ['simulate --help', /--delay <distribution>[^]*default:\s+constant:1; none with/],
    ['datasets --help', /list .*\n(?: {6,}.*\n)*\s+show \[name\] /],
    ['datasets split --help', /--out <folder>/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('hearsay %s', async (argv, expected) => {
    const { code, stdout, stderr } = await hearsay(argv.split(' '))
    expect(stdout).toMatch(expected)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })
})
