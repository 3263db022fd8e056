from __future__ import annotations

import io
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from galaxy_keras.artefacts.files import check_writable, writing_atomically
from galaxy_keras.artefacts.hdf5.writing import writing_hdf5
from galaxy_keras.errors import DataError


def list_folder(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_file_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out.tsv"
    target.write_text("old")
    with writing_atomically(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
        assert path.suffix == ".tsv"
    assert target.read_text() == "new"
    assert list_folder(tmp_path) == ["out.tsv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_the_old_file_stays_when_writing_fails(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "out.tsv"
    target.write_text("old")
    with pytest.raises(error), writing_atomically(target):
        raise error
    assert target.read_text() == "old"
    assert list_folder(tmp_path) == ["out.tsv"]


def test_the_file_has_the_usual_permissions(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        with writing_atomically(tmp_path / "out.tsv"):
            pass
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "out.tsv").stat().st_mode) == 0o640


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "out.tsv"
    expected = rf"{path} cannot be written: No such file or directory\. Check that the folder"
    with pytest.raises(DataError, match=expected), writing_atomically(path):
        pass
    with pytest.raises(DataError, match=expected):
        check_writable([path])


def test_all_folders_are_checked_together(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "x", tmp_path / "fine", tmp_path / "b" / "y"]
    with pytest.raises(DataError) as caught:
        check_writable(paths)
    assert len(caught.value.problems) == 2
    assert list_folder(tmp_path) == []


def test_a_full_disk_while_writing(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match="cannot be written: No space left on device"),
        writing_atomically(tmp_path / "out.tsv"),
    ):
        raise OSError(28, "No space left on device")
    assert list_folder(tmp_path) == []


def write_text(path: Path, text: str) -> None:
    with writing_atomically(path) as temporary:
        temporary.write_text(text)


@pytest.mark.parametrize("existing", [True, False])
def test_the_target_of_a_link_is_written_and_the_link_stays(tmp_path: Path, existing: bool) -> None:
    target, link, chain = tmp_path / "data" / "target", tmp_path / "link.tsv", tmp_path / "chain"
    target.parent.mkdir()
    if existing:
        target.write_text("old")
    link.symlink_to("data/target")
    chain.symlink_to("link.tsv")
    check_writable([chain])
    write_text(chain, "new")
    assert target.read_text() == "new"
    assert link.readlink() == Path("data/target")
    assert chain.readlink() == Path("link.tsv")
    assert list_folder(target.parent) == ["target"]


def test_links_in_a_circle(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("link")
    with pytest.raises(DataError, match="link cannot be written: Too many levels of symbolic"):
        write_text(link, "new")
    assert link.is_symlink()


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    path.write_text("old")
    path.chmod(0o600)
    write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written: Is a directory"):
        check_writable([tmp_path])


def test_a_device_is_written_and_stays() -> None:
    null = Path("/dev/null")
    check_writable([null])
    write_text(null, "new")
    assert null.is_char_device()


def test_a_full_device() -> None:
    with pytest.raises(DataError, match="/dev/full cannot be written: No space left on device"):
        write_text(Path("/dev/full"), "new")


def test_a_named_pipe_gets_the_content_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_writable([pipe])
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(pipe.read_text)
        write_text(pipe, "new")
        assert reading.result() == "new"
    assert pipe.is_fifo()
    assert list_folder(tmp_path) == ["pipe"]


def test_nothing_is_sent_into_a_pipe_when_writing_fails(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Opening the pipe would block here for ever.
    with pytest.raises(ValueError, match="half"), writing_atomically(pipe):
        raise ValueError("half")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_pipe_without_permission(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o400)
    with pytest.raises(DataError, match="pipe cannot be written: Permission denied"):
        check_writable([pipe])


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_added_to(name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print("before")
    check_writable([Path(name)])
    write_text(Path(name), "new\n")
    print("behind")
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"before\nnew\nbehind\n"


def test_hdf5_goes_into_a_pipe(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    pipe = tmp_path / "pipe.h5"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(pipe.read_bytes)
        with writing_hdf5(pipe) as file:
            file.attrs["a"] = 1
        content = reading.result()
    with h5py.File(io.BytesIO(content)) as file:
        assert file.attrs["a"] == 1
