"""The terminal: Chinese usage messages, output safe on any code page, progress, the last guard."""

from __future__ import annotations

import contextlib
import errno
import inspect
import io
import os
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer import TyperException
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from planner.solve import Progress

PLAIN_INTERVAL_SECONDS = 4.5
STILL_INTERVAL_SECONDS = 30.0
"""So often a plain line says that work goes on, though it has no other news than the time."""

HELP_WORDS = (
    (r"^Usage: ", "用法："),
    (r"^Arguments:$", "参数："),
    (r"^Options:$", "选项："),
    (r"^Commands:$", "命令："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]..."),
    (r"Show this message and exit\.", "显示本说明。"),
    (r"\[default: ", "[默认："),
    (r"\[required\]", "[必填]"),
)
"""Fixed words of the help pages, line by line, with their Chinese."""

USAGE_WORDS = (
    (r"Missing command\.", "没有写命令"),
    (r"Missing \w+ '(.+)'\.", r"缺少 \1"),
    (r"No such command '(.*)'\. Did you mean '(.+)'\?", r"没有命令 \1，是否想用 \2"),
    (r"No such command '(.*)'\.", r"没有命令 \1"),
    (r"No such option: (\S+) \(Possible options: (.+)\)", r"没有选项 \1，是否想用 \2"),
    (r"No such option: (\S+)", r"没有选项 \1"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"多出了参数 \1"),
    (r"Option '(.*)' requires an argument\.", r"选项 \1 后面要写一个值"),
    (r"Option '(.*)' does not take a value\.", r"选项 \1 后面不写值"),
    (r"Invalid value for '(.+?)': .*valid integer.*", r"选项 \1 应为整数"),
    (r"Invalid value for '(.+?)': .*valid number.*", r"选项 \1 应为数字"),
    (r"Invalid value for '(.+?)': .*greater than or equal to (\S+)", r"选项 \1 不能小于 \2"),
    (r"Invalid value for '(.+?)': .*'(.*)' is not one of (.+)\.", r"选项 \1 只能是 \3，不能是 \2"),
    (r"Invalid value for (?:'(.+?)'|(\S+)): (.+)", r"选项 \1\2：\3"),
)
"""Messages of the argument parser with their Chinese; the first match wins."""

SYSTEM_REASONS = {
    errno.ENOENT: "文件或文件夹不存在，请先建好文件夹",
    errno.EEXIST: "已存在同名文件，请换一个名字",
    errno.ENOTDIR: "路径中有一段不是文件夹，请换一个位置",
    errno.EISDIR: "这是文件夹，不是文件，请换一个名字",
    errno.EACCES: "没有权限，或文件正被其他程序打开，请关闭后重试",
    errno.EPERM: "没有权限，或文件正被其他程序打开，请关闭后重试",
    errno.EROFS: "磁盘只读，请换一个位置",
    errno.ENOSPC: "磁盘空间不足，请清理后重试",
    errno.ENAMETOOLONG: "文件名过长，请改短",
}


def _in_chinese(page: str) -> str:
    for pattern, chinese in HELP_WORDS:
        page = re.sub(pattern, chinese, page, flags=re.MULTILINE)
    return page


def unwrapped(docstring: str) -> str:
    """A docstring as help text: no space where a line of Chinese breaks."""
    return re.sub(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])", "", inspect.cleandoc(docstring))


class ChineseCommand(TyperCommand):
    """A command whose help page is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _in_chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    """A group of commands whose help page is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _in_chinese(super().get_help(ctx))


def usage_message(error: TyperException) -> str:
    """A mistake on the command line in Chinese, with where to read on.

    A message that the table does not know is shown as it is.
    """
    english = error.format_message()
    matches = ((re.fullmatch(one, english, re.DOTALL), chinese) for one, chinese in USAGE_WORDS)
    text = next((match.expand(chinese) for match, chinese in matches if match), english)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "planner"
    return f"用法有误：{text}。查看用法：{command} --help"


def system_message(error: OSError) -> str:
    """What went wrong with a file, in Chinese, without a traceback."""
    reason = SYSTEM_REASONS.get(error.errno or 0, "系统拒绝了这次读写，请检查磁盘和权限")
    name = f"“{error.filename}”" if error.filename else "文件"
    return f"无法读写{name}：{reason}。"


def tolerate_any_code_page() -> None:
    """Let characters that the terminal cannot show become ``?`` instead of an exception."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def stop_writing() -> None:
    """Keep the interpreter quiet at exit when the reader of our output has gone."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


CODE_POSITION = re.compile(r'^  File ".+", line \d+, in \S+$', re.MULTILINE)


def write_error_log(error: BaseException) -> Path:
    """Record where an unexpected error came from, and return the file.

    Only types and code positions are kept: messages of exceptions can hold names and phones.
    """
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}\n")
        lines.extend(traceback.format_tb(seen.__traceback__))
        if type(seen).__name__ == "_RemoteTraceback":  # a worker's traceback travels as text
            lines.extend(f"{line}\n" for line in CODE_POSITION.findall(str(seen)))
        seen = seen.__cause__ or seen.__context__
    handle, name = tempfile.mkstemp(prefix="planner-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.writelines(lines)
    return Path(name)


def progress_line(progress: Progress) -> str:
    """One line of progress: stage, units done, value, bound, gap and time left."""
    if progress.writing:
        done, total = progress.components_done, progress.components_total
        return f"正在写文件：文件夹 {done}/{total}"
    stage = f"{progress.stage}：" if progress.stage else ""
    left = f"剩余至多 {max(0.0, progress.seconds_left):.0f} 秒"
    if not progress.components_total:
        return f"{stage}正在整理岗位和人选，{left}"
    parts = [f"{stage}已排完单位 {progress.components_done}/{progress.components_total}"]
    if progress.components_done and progress.valued:
        parts += [
            f"当前值 {progress.incumbent}",
            f"界 {progress.bound}",
            f"差距 {progress.gap:.2%}",
        ]
    return "，".join(filter(None, (*parts, left, progress.message)))


def tell_at_once(text: str) -> None:
    """Write a line to the terminal from a signal handler, past the buffers that may be in use."""
    with contextlib.suppress(OSError, ValueError):
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        os.write(sys.stderr.fileno(), f"\n{text}\n".encode(encoding, "replace"))


@contextlib.contextmanager
def progress_display() -> Iterator[Callable[[Progress], None]]:
    """Show progress on stderr: a live line on a terminal, otherwise a plain line now and then."""
    if sys.stderr.isatty():
        with _live_display() as show:
            yield show
    else:
        yield _PlainDisplay()


@contextlib.contextmanager
def counting_display() -> Iterator[Callable[[int, int, str], None]]:
    """Show on stderr how many of many parts are done, and the latest by name: one line that is
    written over on a terminal, otherwise a line now and then."""
    live, printed_at = sys.stderr.isatty(), 0.0

    def show(done: int, total: int, text: str) -> None:
        nonlocal printed_at
        now = time.monotonic()
        if not live and done < total and now - printed_at < PLAIN_INTERVAL_SECONDS:
            return
        printed_at = now
        line = f"已算 {done}/{total} {text}".rstrip()
        print(f"\r\x1b[K{line}" if live else line, end="" if live else "\n", file=sys.stderr,
              flush=True)  # fmt: skip

    try:
        yield show
    finally:
        if live:
            print(file=sys.stderr)


class _PlainDisplay:
    """Prints a line when a stage begins or its last unit is finished, at most every few seconds
    for other news, and now and then without any."""

    def __init__(self) -> None:
        self._printed: Progress | None = None
        self._printed_at = 0.0

    def __call__(self, progress: Progress) -> None:
        now, last = time.monotonic(), self._printed
        since = now - self._printed_at
        if last is not None and progress.stage == last.stage:
            finished = progress.components_done != last.components_done
            news = finished or progress.message != last.message
            complete = finished and progress.components_done == progress.components_total
            if not complete and since < (
                PLAIN_INTERVAL_SECONDS if news else STILL_INTERVAL_SECONDS
            ):
                return
        self._printed, self._printed_at = progress, now
        print(progress_line(progress), file=sys.stderr, flush=True)


@contextlib.contextmanager
def _live_display() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=24), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("正在读取工作簿", total=None)

        def show(progress: Progress) -> None:
            bar.update(
                task,
                total=progress.components_total or None,
                completed=progress.components_done,
                description=progress_line(progress),
            )

        yield show
