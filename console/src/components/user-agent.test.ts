import { expect, test } from "vitest";
import { userAgentText } from "./user-agent";

const KIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const X11 = "Mozilla/5.0 (X11; Linux x86_64)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

test.each([
  [`${X11} ${KIT} Chrome/140.0.0.0 Safari/537.36`, "Chrome 140 on Linux"],
  [`${X11} ${KIT} HeadlessChrome/140.0.0.0 Safari/537.36`, "Headless Chrome 140 on Linux"],
  [`${WINDOWS} ${KIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.3485.54`, "Edge 140 on Windows"],
  [`${WINDOWS} ${KIT} Chrome/139.0.0.0 Safari/537.36 OPR/123.0.0.0`, "Opera 123 on Windows"],
  [
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Firefox 143 on Linux",
  ],
  [`${MAC} ${APPLE} Version/18.6 Safari/605.1.15`, "Safari 18 on macOS"],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${APPLE} Version/18.6 Mobile/15E148 Safari/604.1`,
    "Safari 18 on iPhone",
  ],
  [
    `Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) ${APPLE} CriOS/140.0.7339.101 Mobile/15E148 Safari/604.1`,
    "Chrome 140 on iPad",
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${KIT} Chrome/140.0.0.0 Mobile Safari/537.36`,
    "Chrome 140 on Android",
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${KIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet 28 on Android",
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KIT} Chrome/139.0.0.0 Safari/537.36`,
    "Chrome 139 on ChromeOS",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Internet Explorer 11 on Windows",
  ],
])("a browser is told by what it adds to others' names: %s", (header, words) => {
  expect(userAgentText(header)).toBe(words);
});

test.each([
  ["curl/8.5.0", "curl 8.5"],
  ["python-httpx/0.28.1", "python-httpx 0.28"],
  ["Go-http-client/2.0", "Go-http-client 2.0"],
  ["indelible-cli/v1.4.2 (linux)", "indelible-cli 1.4"],
])("a program says who it is: %s", (header, words) => {
  expect(userAgentText(header)).toBe(words);
});

test("what no rule knows is shown as it came, cut where it is long", () => {
  expect(userAgentText("something else")).toBe("something else");
  expect(userAgentText("Mozilla/5.0")).toBe("Mozilla/5.0");
  expect(userAgentText("x".repeat(300))).toBe(`${"x".repeat(39)}…`);
});
