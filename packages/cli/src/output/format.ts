const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const SI = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** `1,234,567`. */
export function formatCount(value: number): string {
  return integers.format(value)
}

/** A share of 1 as `7.4 %`; `–` where there is none. */
export function formatPercent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`
}

/** Three significant digits and a decimal prefix: `3.21 M`, `645 k`, `12`. */
export function formatSi(value: number): string {
  let scaled = Math.abs(value)
  let prefix = 0
  // 999.5 would round to 1000: it belongs to the next prefix.
  while (scaled >= 999.5 && prefix < SI.length - 1) {
    scaled /= 1000
    prefix++
  }
  const fraction = prefix === 0 && Number.isInteger(value) ? 0 : Math.max(0, 3 - Math.floor(scaled).toString().length)
  return `${value < 0 ? '-' : ''}${scaled.toFixed(fraction)}${prefix === 0 ? '' : ` ${SI[prefix]}`}`
}

/** `3.21 M updates/s`, `12 models/s`. */
export function formatRate(perSecond: number, unit: string): string {
  return `${formatSi(perSecond)} ${unit}/s`
}

/** Bytes with a decimal prefix: `1.50 MB`. */
export function formatBytes(bytes: number): string {
  const text = formatSi(bytes)
  return text.includes(' ') ? `${text}B` : `${text} B`
}

/** `0.31 s`, `42 s`, `3:07 min`, `2:05:00 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours === 0 ? `${minutes}:${two(whole % 60)} min` : `${hours}:${two(minutes)}:${two(whole % 60)} h`
}
