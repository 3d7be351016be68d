/**
 * A User-Agent header in a few words: "Chrome 140 on Linux".
 *
 * The header says what its sender likes it to say, and nearly every browser names others before
 * itself. So the order of the rules counts, and what no rule knows is shown as it came.
 */

type Rule = readonly [pattern: RegExp, name: string];

// The more special first: Edge, Opera and Samsung say Chrome, Chrome says Safari.
const BROWSERS: readonly Rule[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/\b(?:OPR|OPT|Opera)\/(\d+)/, "Opera"],
  [/\bVivaldi\/(\d+)/, "Vivaldi"],
  [/\bYaBrowser\/(\d+)/, "Yandex Browser"],
  [/\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/\bHeadlessChrome\/(\d+)/, "Headless Chrome"],
  [/\b(?:Chrome|CriOS|Chromium)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, "Safari"],
  [/\b(?:MSIE |Trident\/.*rv:)(\d+)/, "Internet Explorer"],
];

// An iPad and Android name the system that they descend from.
const SYSTEMS: readonly Rule[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

/** Programs that name themselves first and honestly: "curl/8.5.0", "python-httpx/0.28.1". */
const PROGRAM = /^([A-Za-z][\w.+-]{0,40})\/v?(\d+(?:\.\d+)?)/;

const LONGEST = 40;

/** The first rule that fits, with the version that it found. */
function found(rules: readonly Rule[], header: string): string | null {
  for (const [pattern, name] of rules) {
    const match = pattern.exec(header);
    if (match) return match[1] ? `${name} ${match[1]}` : name;
  }
  return null;
}

export function userAgentText(header: string): string {
  const browser = found(BROWSERS, header);
  if (browser) {
    const system = found(SYSTEMS, header);
    return system ? `${browser} on ${system}` : browser;
  }
  const program = PROGRAM.exec(header);
  if (program && program[1] !== "Mozilla") return `${program[1]} ${program[2]}`;
  return header.length > LONGEST ? `${header.slice(0, LONGEST - 1)}…` : header;
}
