"""How well the words of a page contrast with what is behind them, as a browser shows it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCHEMES = {"light": 1, "dark": 0}  # what Blink calls them
LEAST = 4.5  # WCAG 2.2, success criterion 1.4.3
# Of each text, the ratio of its color and of what the boxes around it are filled with.
LOOK = """
<pre id="contrasts"></pre><script>
const parts = text => {
  const found = text.match(/-?[\\d.]+(e-?\\d+)?/g).map(Number);
  const most = text.startsWith("color(") ? 1 : 255;
  return [...found.slice(0, 3).map(one => one / most), found[3] ?? 1];
};
const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
const light = color => color
  .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
  .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
const behind = element => {
  const fills = [];
  for (let one = element; one; one = one.parentElement)
    fills.unshift(parts(getComputedStyle(one).backgroundColor));
  return fills.reduce((below, top) => over(top, below), [1, 1, 1]);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const told = [];
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const text = walker.currentNode.data.trim();
  if (!text || element.closest("script, style, title, desc")) continue;
  if (!element.checkVisibility()) continue;
  const style = getComputedStyle(element), below = behind(element);
  const color = element.closest("svg") ? style.fill : style.color;
  const both = [light(over(parts(color), below)), light(below)].sort((a, b) => b - a);
  told.push([text, (both[0] + 0.05) / (both[1] + 0.05), color]);
}
document.getElementById("contrasts").textContent = JSON.stringify(told);
</script></body>
"""
POLICY = re.compile(r"<meta http-equiv=.Content-Security-Policy.[^>]*>")


def find_browser() -> str | None:
    """A browser of this machine's, if there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def contrasts(browser: str, page: str, scheme: str, folder: Path) -> dict[str, float]:
    """The ratio of each text of a page that is read in this color scheme."""
    file = folder / "page.html"
    # Its own policy would keep what looks at it from running.
    file.write_text(POLICY.sub("", page).replace("</body>", LOOK), encoding="utf-8")
    done = subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
            f"--user-data-dir={folder / 'profile'}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    _, _, shown = done.stdout.partition('<pre id="contrasts">')
    text, _, _ = shown.partition("</pre>")
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = text.replace(name, sign)
    return {f"{words} ({color})": ratio for words, ratio, color in json.loads(text)}
