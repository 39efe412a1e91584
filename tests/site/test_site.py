"""The built site needs no other host, and all its links lead somewhere."""

import contextlib
import functools
import http.server
import json
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

Log = dict[str, Any]
ATTEMPTS = 3
# What Chromium calls the ways in which a connection breaks.
BROKEN = ("CONNECTION_", "EMPTY_RESPONSE", "TIMED_OUT", "CONTENT_LENGTH_MISMATCH", "SOCKET_")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# As root it has no sandbox of its own; the rest keeps it from calling its maker.
BROWSER_OPTIONS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    *("--enable-logging=stderr", "--virtual-time-budget=4000", "--dump-dom"),
]


def pages(site: Path) -> list[Path]:
    return [page for page in sorted(site.rglob("*.html")) if "_static" not in page.parts]


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def loaded(page: Path) -> Iterator[str]:
    """The addresses of what a browser fetches with the page."""
    html = soup(page)
    for tag in html.select("script[src], img[src], iframe[src], source[src], embed[src]"):
        yield str(tag["src"])
    for tag in html.select("link[href]"):
        if not {"canonical", "next", "prev", "author"} & set(tag.get("rel", [])):
            yield str(tag["href"])


def test_there_is_a_page_for_each_chapter(site: Path) -> None:
    names = {page.stem for page in pages(site)}
    chapters = {path.stem for path in (site.parents[1] / "book").glob("*.md")}
    assert chapters <= names


def test_pages_load_nothing_from_another_host(site: Path) -> None:
    remote = {
        (page.name, address)
        for page in pages(site)
        for address in loaded(page)
        if urlsplit(address).netloc
    }
    assert remote == set()


def test_style_sheets_load_nothing_from_another_host(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8", errors="replace")
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", text), sheet


def broken_links(site: Path) -> list[tuple[str, str]]:
    """Links to what is not in the site, and links out of it that are not https."""
    broken = []
    anchors = {page: {str(tag["id"]) for tag in soup(page).select("[id]")} for page in pages(site)}
    for page in pages(site):
        for tag in soup(page).select("a[href]"):
            target = urlsplit(str(tag["href"]))
            if target.scheme or target.netloc:
                if target.scheme != "https":
                    broken.append((page.name, str(tag["href"])))
                continue
            path = (page.parent / unquote(target.path)).resolve() if target.path else page
            fragment = unquote(target.fragment)
            if not path.exists() or (fragment and fragment not in anchors.get(path, {fragment})):
                broken.append((page.name, str(tag["href"])))
    return broken


def lost_files(site: Path) -> list[tuple[str, str]]:
    """What pages load from the site itself, and is not there."""
    return [
        (page.name, address)
        for page in pages(site)
        for address in loaded(page)
        if not urlsplit(address).scheme
        and not (page.parent / unquote(urlsplit(address).path)).exists()
    ]


def test_every_link_inside_the_book_leads_somewhere(site: Path) -> None:
    assert broken_links(site) == []


def test_all_that_the_pages_load_is_there(site: Path) -> None:
    assert lost_files(site) == []


def test_a_broken_link_and_a_lost_file_would_be_noticed(tmp_path: Path) -> None:
    links = ["#here", "#there", "page.html", "other.html", "http://example.org"]
    tags = "".join(f'<a href="{link}"></a>' for link in links)
    (tmp_path / "page.html").write_text(f'<p id="here">{tags}<img src="none.svg"></p>')
    assert [link for _, link in broken_links(tmp_path)] == [
        "#there",
        "other.html",
        "http://example.org",
    ]
    assert lost_files(tmp_path) == [("page.html", "none.svg")]


@contextlib.contextmanager
def served(folder: Path, handling: "type[QuietHandler] | None" = None) -> Iterator[str]:
    """The address of a folder, served on loopback."""
    handler = functools.partial(handling or QuietHandler, directory=str(folder))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # a browser opens more connections at once than the default holds


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # some connections for a page, and not one for each of its files

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser here ({', '.join(BROWSERS)}): install Chromium")
    return found


def visit(browser: str, url: str, folder: Path) -> tuple[list[str], set[str]]:
    """The errors on the browser's console, and the hosts that the page asked.

    On a busy machine a connection can be lost, and a script with it, and then the scripts that
    build on it fail. That says nothing of the page: it is visited once more.
    """
    for _ in range(ATTEMPTS):
        errors, events = visit_once(browser, url, folder)
        if not lost_connections(events):
            break
    return errors, hosts_asked(events)


def visit_once(browser: str, url: str, folder: Path) -> tuple[list[str], Log]:
    """The errors on the browser's console, and its network log."""
    log = folder / "log.json"
    # A new profile each time: a browser that ends early can leave half a file in its cache.
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as profile:
        settings = [f"--user-data-dir={profile}", f"--log-net-log={log}"]
        done = subprocess.run(
            [browser, *BROWSER_OPTIONS, *settings, url],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert "</html>" in done.stdout
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    errors = [line for line in console if "Uncaught" in line or "Failed" in line]
    return errors, json.loads(log.read_text("utf-8"))


def test_a_browser_asks_no_other_host_and_logs_no_error(
    site: Path, browser: str, tmp_path: Path
) -> None:
    with served(site) as address:
        for page in pages(site):
            url = f"{address}/{page.relative_to(site).as_posix()}"
            errors, hosts = visit(browser, url, tmp_path)
            assert errors == [], page
            assert hosts == {urlsplit(address).netloc}, page


def printed_pages(browser: str, url: str, folder: Path) -> int:
    """On how many sheets of paper the browser prints a page."""
    pdf = folder / "page.pdf"
    settings = [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={pdf}"]
    options = [one for one in BROWSER_OPTIONS if one != "--dump-dom"]
    subprocess.run([browser, *options, *settings, url], capture_output=True, timeout=60, check=True)
    return len(re.findall(rb"/Type /Page\b", pdf.read_bytes()))


def test_the_cheat_sheet_prints_on_one_sheet(site: Path, browser: str, tmp_path: Path) -> None:
    with served(site) as address:
        url = f"{address}/book/B-cheat-sheet.html"
        assert printed_pages(browser, url, tmp_path) == 1
        assert printed_pages(browser, f"{address}/book/C-teaching.html", tmp_path) > 1


def test_the_look_through_a_browser_would_notice_both(browser: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<img src='http://other.invalid/image.png'><script>nothing()</script>")
    with served(tmp_path) as address:
        errors, hosts = visit(browser, f"{address}/page.html", tmp_path)
    assert any("nothing is not defined" in error for error in errors)
    assert "other.invalid" in hosts


def test_a_script_that_was_lost_with_its_connection_is_fetched_once_more(
    browser: str, tmp_path: Path
) -> None:
    (tmp_path / "first.js").write_text("const SETTINGS = {};")
    (tmp_path / "page.html").write_text(
        "<script src='first.js'></script><script>SETTINGS.a = 1</script>"
    )
    lost = []

    class Losing(QuietHandler):
        def do_GET(self) -> None:
            if self.path == "/first.js" and not lost:
                lost.append(self.path)
                self.close_connection = True
            else:
                super().do_GET()

    with served(tmp_path, Losing) as address:
        errors, _ = visit(browser, f"{address}/page.html", tmp_path)
    assert lost
    assert errors == []


def hosts_asked(log: Log) -> set[str]:
    """The hosts that the page itself asked."""
    events = [event.get("params", {}) for event in log["events"]]
    asked = [event["url"] for event in events if "http" in str(event.get("initiator", ""))]
    return {urlsplit(url).netloc for url in asked}


def lost_connections(log: Log) -> list[str]:
    """The addresses on this machine whose connection broke before all was there."""
    numbers = {code: name for name, code in log["constants"]["netError"].items()}
    urls: dict[int, str] = {}
    lost = []
    for event in log["events"]:
        number, told = event["source"]["id"], event.get("params", {})
        url = urls.setdefault(number, told["url"]) if "url" in told else urls.get(number, "")
        if url.startswith("http://127.0.0.1:") and told.get("net_error") in numbers:
            name = numbers[told["net_error"]].removeprefix("ERR_")
            lost += [url] if name.startswith(BROKEN) else []
    return lost
