"""Pictures in a zip archive or a folder, or named by a table: from files to answers."""

from __future__ import annotations

import io
import random
import shutil
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.processes import run_process

from .conftest import Run, read_rows, write_rows

SIDE = 12
COUNT = 24
TRAIN = ["--split", "stratified", "--test-size", "0.25", "--seed", "3"]
OUTPUTS = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]


def save(picture: Image.Image, name: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def draw(kind: str, number: int) -> Image.Image:
    """Return a bright disc or a dark bar."""
    generator = random.Random(f"{kind} {number}")
    picture = Image.new("RGB", (SIDE + number % 3, SIDE), (90, 90, 90 + number))
    canvas = ImageDraw.Draw(picture)
    if kind == "disc":
        canvas.ellipse((2, 2, 9, 9), (230, generator.randrange(256), 200))
    else:
        canvas.rectangle((2, 4, 9, 6), (10, generator.randrange(60), 30))
    return picture


def make_pictures() -> dict[str, bytes]:
    return {
        f"{kind}/{number}.png": save(draw(kind, number))
        for kind in ("bar", "disc")
        for number in range(COUNT // 2)
    }


def write_zip(path: str, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def write_folder(path: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        file = Path(path, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def build(run: Run, encoding: str = "image", channels: int = 3) -> None:
    layers = ("RandomFlip mode=horizontal", "Conv2D filters=4 kernel_size=3 activation=relu")
    calls = [*layers, "GlobalAveragePooling2D", "Dense units=1 activation=sigmoid"]
    options = [part for call in calls for part in ("--layer", call)]
    shape = f"{SIDE},{SIDE},{channels}"
    run("keras-model-config", "--input-shape", shape, *options, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "binary_crossentropy", "--optimizer", "adam"),
        *("--target", "labels", "--input", encoding, "--epochs", "1", "--output", "builder.zip"),
    )


def check(run: Run, *options: str, code: int = 0) -> str:
    return run(
        "keras-train-and-eval", "--model", "builder.zip", *options, "--check", *TRAIN, code=code
    ).output


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    files = make_pictures()
    write_zip("pictures.zip", files)
    write_folder("pictures", files)
    rows = [[name, name.split("/")[0]] for name in sorted(files)]
    write_rows("names.tsv", [["file", "kind"], *rows])
    write_rows("kinds.tsv", [[kind] for _, kind in rows])
    build(run)
    return tmp_path


WAYS = {
    "a zip": ("--features", "pictures.zip"),
    "a folder": ("--features", "pictures"),
    "a zip with a table of targets": ("--features", "pictures.zip", "--target", "kinds.tsv"),
    "a table and a zip": (
        *("--features", "names.tsv", "--pictures", "pictures.zip"),
        *("--target-columns", "name:kind", "--features-columns", "name:file"),
    ),
    "a table and a folder": (
        *("--features", "names.tsv", "--pictures", "pictures", "--target-columns", "2"),
        *("--features-columns", "1", "--features-header"),
    ),
}


def test_every_way_is_seen_alike(run: Run, folder: Path) -> None:
    seen = set()
    for options in WAYS.values():
        for stream in ((), ("--stream",)):
            said = check(run, *options, *stream, "--output-inputs", "seen.npz")
            assert "classes bar, disc" in said
            assert "or another code of it" not in said
            assert "  12 x 12 pixels, 3 channels, values from 0 to 1" in said
            assert "Rows to train: 18 (bar: 9, disc: 9)" in said.replace("train and", "train")
            with np.load("seen.npz", allow_pickle=False) as arrays:
                assert arrays["input_layer"].shape == (COUNT, SIDE, SIDE, 3)
                seen.add(arrays["input_layer"].tobytes())
    assert len(seen) == 1


def test_channels_are_those_of_the_network(run: Run, folder: Path) -> None:
    build(run, channels=1)
    assert "  12 x 12 pixels, 1 channel," in check(run, *WAYS["a zip"])


@pytest.mark.slow
def test_pictures_are_trained_on_and_predicted(run: Run, folder: Path) -> None:
    files = ["--output-true", "true.tsv", "--output-examples", "examples.tsv"]
    options = [*WAYS["a zip"], *TRAIN, *OUTPUTS, *files]
    run("keras-train-and-eval", "--model", "builder.zip", *options)
    true = read_rows("true.tsv")
    assert true[0][0] == "name"
    assert all(name.split("/")[0] == kind for name, kind in true[1:])
    assert [row[:2] for row in read_rows("examples.tsv")[1:]] == [[row[0]] * 2 for row in true[1:]]
    write_rows("two.tsv", [["kind", "file"], ["?", "disc/3.png"], ["?", "bar/4.png"]])
    tables = {}
    for name, samples in {
        "zip": ("--features", "pictures.zip"),
        "folder": ("--features", "pictures"),
        "table": ("--features", "two.tsv", "--pictures", "pictures", "--features-columns", "2"),
    }.items():
        method = ("--method", "predict_proba", "--output", "predicted.tsv")
        header = ("--features-header",) if name == "table" else ()
        run("model-prediction", "--model", "fitted.h5mlm", *samples, *header, *method)
        tables[name] = read_rows("predicted.tsv")
    assert tables["zip"] == tables["folder"]
    assert tables["zip"][0] == ["name", "bar", "disc"]
    assert [row[0] for row in tables["zip"][1:]] == sorted(make_pictures())
    by_name = {row[0]: row[1:] for row in tables["zip"][1:]}
    assert np.array(tables["table"][1:], float) == pytest.approx(
        np.array([by_name["disc/3.png"], by_name["bar/4.png"]], float), rel=1e-5
    )


MISTAKES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "columns of targets": (
        (*WAYS["a zip"], "--target-columns", "name:kind"),
        3,
        "--features-format pictures has no columns, but folders whose names are the classes. Leave "
        "--target-columns out, or give the table that has them as --target",
    ),
    "pictures twice": (
        (*WAYS["a zip"], "--pictures", "pictures"),
        3,
        "pictures.zip is taken for pictures, so that --pictures says them again",
    ),
    "pictures beside text": (
        ("--features", "kinds.tsv", "--features-format", "text", "--pictures", "pictures"),
        3,
        "--pictures goes with a table that has a column of their names, not with "
        "--features-format text. Leave the option out",
    ),
    "names without pictures": (
        ("--features", "names.tsv", "--target-columns", "name:kind"),
        4,
        "no folder or zip archive with pictures is given. Give them as --features, or with "
        "--pictures beside a table of their names",
    ),
    "an archive that is none": (
        ("--features", "kinds.tsv", "--features-format", "pictures"),
        4,
        "kinds.tsv is neither a folder nor a zip archive, or it is damaged. Give pictures in one",
    ),
    "no pictures": (
        ("--features", "model.zip"),
        4,
        "model.zip has no pictures, whose names end in .bmp, .gif, .jpeg",
    ),
    "another number of targets": (
        ("--features", "pictures.zip", "--target", "names.tsv", "--target-columns", "2"),
        4,
        "pictures.zip has 24 pictures, but names.tsv has 25 data rows",
    ),
    "nowhere": (("--features", "nowhere.zip"), 4, "nowhere.zip does not exist. Check the path"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes(run: Run, folder: Path, mistake: str) -> None:
    write_zip("model.zip", {"model.json": b"{}"})
    options, code, message = MISTAKES[mistake]
    assert message in check(run, *options, code=code)


def test_a_network_without_the_encoding_takes_no_pictures(run: Run, folder: Path) -> None:
    build(run, "numbers")
    message = "is given as pictures, but the network does not take any: its builder was made"
    for way in ("a zip", "a table and a folder"):
        assert message in check(run, *WAYS[way], code=3)


def make_png(width: int, height: int) -> bytes:
    """Return a PNG file that says it has so many pixels, and has few."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n"
    for name, part in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(2**16)))):
        checksum = struct.pack(">I", zlib.crc32(name + part))
        content += struct.pack(">I", len(part)) + name + part + checksum
    return content


PICTURE = Image.new("RGB", (40, 20), (200, 10, 10))
HOSTILE_PICTURES = {
    "a bomb": (make_png(60_000, 60_000), "pixels, where at most 50,000,000 are read"),
    "truncated": (save(draw("disc", 1))[:-30], "is damaged"),
    "empty": (b"", "is not of a format that is read"),
    "text": (b"<svg/>", "is not of a format that is read"),
    "numbers of 32 bits": (save(Image.new("F", (5, 5)), "TIFF"), "has numbers of 32 bits"),
    "a large file": (b"\x89PNG" + bytes(65 * 2**20), "has more than 64 MiB"),
}


@pytest.mark.parametrize("kind", HOSTILE_PICTURES)
@pytest.mark.parametrize("place", ["zip", "folder"])
def test_a_hostile_picture_is_named(run: Run, folder: Path, kind: str, place: str) -> None:
    content, message = HOSTILE_PICTURES[kind]
    files = {**make_pictures(), "disc/odd.png": content}
    if place == "zip":
        write_zip("odd.zip", files)
        options = ("--features", "odd.zip")
    else:
        write_folder("odd", files)
        options = ("--features", "odd")
    said = check(run, *options, code=4)
    assert "disc/odd.png" in said
    assert message in said


UNUSUAL = {
    "16 bits": lambda: save(Image.fromarray(np.full((20, 40), 51_400, np.uint16))),
    "palette": lambda: save(PICTURE.convert("P")),
    "palette with transparency": lambda: save(PICTURE.convert("P"), transparency=1),
    "CMYK": lambda: save(PICTURE.convert("CMYK"), "TIFF"),
    "grey": lambda: save(PICTURE.convert("L")),
    "opacity": lambda: save(PICTURE.convert("RGBA")),
    "one bit": lambda: save(PICTURE.convert("1")),
    "animated": lambda: save(PICTURE, "GIF", save_all=True, append_images=[draw("bar", 1)]),
    "rotated": lambda: save(PICTURE, "JPEG", exif=make_rotation()),
}


def make_rotation() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize("kind", UNUSUAL)
def test_an_unusual_picture_is_read(run: Run, folder: Path, kind: str) -> None:
    make: Callable[[], bytes] = UNUSUAL[kind]
    write_zip("odd.zip", {**make_pictures(), "disc/odd.tif": make()})
    check(run, "--features", "odd.zip", "--output-inputs", "seen.npz")
    with np.load("seen.npz", allow_pickle=False) as arrays:
        seen = arrays["input_layer"][-1]
    assert (seen.min() >= 0, seen.max() <= 1) == (True, True)


def encrypt(path: str) -> None:
    """Set the bit that says so in all headers of an archive."""
    content = bytearray(Path(path).read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(magic)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(magic, start + 4)
    Path(path).write_bytes(content)


def test_an_encrypted_archive(run: Run, folder: Path) -> None:
    encrypt("pictures.zip")
    said = check(run, *WAYS["a zip"], code=4)
    assert "pictures.zip: bar/0.png is encrypted. Make the archive without password" in said


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice(run: Run, folder: Path) -> None:
    with zipfile.ZipFile("pictures.zip", "a") as archive:
        archive.writestr("disc/1.png", b"")
    said = check(run, *WAYS["a zip"], code=4)
    assert "pictures.zip has several files of the same name: disc/1.png. Make the archive" in said


@pytest.mark.parametrize("name", ["../outside.png", "/etc/passwd", "pictures/../../outside.png"])
def test_no_name_leads_out(run: Run, folder: Path, name: str) -> None:
    Path(folder.parent, "outside.png").write_bytes(save(draw("disc", 1)))
    write_rows("names.tsv", [["file", "kind"], *([f"disc/{n}.png", "disc"] for n in range(9)),
                             [name, "bar"]])  # fmt: skip
    said = check(run, *WAYS["a table and a folder"], code=4)
    assert f'names.tsv, row 11, column 1 (file): pictures has no file "{name}"' in said


@pytest.mark.parametrize("name", ["../../disc/1.png", "/disc/1.png", "bar/../../1.png"])
def test_names_that_lead_out_of_an_archive(run: Run, folder: Path, name: str) -> None:
    write_zip("odd.zip", {**make_pictures(), name: b""})
    said = check(run, "--features", "odd.zip", code=4)
    assert f"odd.zip has files whose names lead out of it: {name}. Make the archive again" in said


def test_links_out_of_a_folder_are_followed_no_further(run: Run, folder: Path) -> None:
    Path("pictures/loop").symlink_to("..")
    assert "Rows to train: 18" in check(run, *WAYS["a folder"])


def test_one_folder_is_no_class(run: Run, folder: Path) -> None:
    shutil.rmtree("pictures/bar")
    said = check(run, *WAYS["a folder"], code=4)
    assert 'all pictures of pictures are in one folder, "disc", but folders are their' in said


def test_pictures_in_no_folder_have_no_class(run: Run, folder: Path) -> None:
    shutil.copy("pictures/bar/1.png", "pictures/one.png")
    said = check(run, *WAYS["a folder"], code=4)
    assert 'pictures: the picture "one.png" is in no folder, whose name would be its class' in said


@pytest.mark.thorough
def test_a_hundred_thousand_entries(run: Run, folder: Path) -> None:
    with zipfile.ZipFile("many.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(f"notes/{number}.txt", b"")
        for name, content in make_pictures().items():
            archive.writestr(name, content)
    assert "Rows to train: 18" in check(run, "--features", "many.zip")


CHECKING = r"""
import re
from pathlib import Path
from galaxy_keras.tools.keras_train_and_eval import main
main(["--model", "builder.zip", "--features", "large.zip", "--check"], standalone_mode=False)
print(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.ASCII)[1])
"""


@pytest.mark.thorough
def test_pictures_take_little_memory(run: Run, folder: Path) -> None:
    """800 pictures of 224 x 224 x 3 are 482 MB, which are kept on disk without being asked for."""
    layers = ("GlobalAveragePooling2D", "Dense units=1 activation=sigmoid")
    options = [part for call in layers for part in ("--layer", call)]
    run("keras-model-config", "--input-shape", "224,224,3", *options, "--output", "model.json")
    given = ("--loss", "binary_crossentropy", "--optimizer", "sgd", "--output", "builder.zip")
    encodings = ("--target", "labels", "--input", "image")
    run("keras-model-builder", "--model-config", "model.json", *given, *encodings)
    generator = np.random.default_rng(1)
    content = save(Image.fromarray(generator.integers(0, 256, (224, 224, 3), np.uint8)), "JPEG")
    write_zip("large.zip", {f"{'ab'[n % 2]}/{n}.jpg": content for n in range(800)})
    process = run_process([sys.executable, "-c", CHECKING], capture_output=True, text=True)
    assert "Rows to train: 640" in process.stdout
    assert "temporary file of about 459.4 MiB" in process.stderr
    assert int(process.stdout.split()[-1]) < 400_000
