"""Folders of policies: the round trip, and a clear refusal of everything that a folder from a stranger may hold."""

import hashlib
import json
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcore.errors import InputError
from staff_ai.trained import policy_files
from staff_ai.trained.policy_folder import read_policy
from staff_ai.trained.tensors import read_tensors, tensor_bytes
from tests.staff_ai.trained.folders import INTERVAL_S, network, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "policy")


class _Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("ran-code"),)


def weights(folder: Path, data: bytes) -> None:
    """Put other weights into a folder, with a manifest that fits them."""
    (folder / "policy.safetensors").write_bytes(data)
    entry = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest(folder, lambda m: m["files"].update({"policy.safetensors": entry}))


def manifest(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads((folder / "manifest.json").read_text())
    edit(content)
    (folder / "manifest.json").write_text(json.dumps(content))


def header(entries: object, numbers: bytes = b"") -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def test_what_is_written_is_read_again(folder: Path) -> None:
    policy, first = read_policy(folder), network()
    assert policy.interval_s == INTERVAL_S
    assert policy.schema.digest == first.schema.digest
    for name, tensor in first.tensors.items():
        np.testing.assert_array_equal(policy.network.tensors[name], tensor)
    assert policy.sha256 == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def test_a_folder_names_doctrines_only_where_they_are_choices(folder: Path, tmp_path: Path) -> None:
    names = ("aggressive:speed=0.5", "economy-of-force")
    other = written(tmp_path / "other", doctrines=names)
    assert "doctrines" not in json.loads((folder / "manifest.json").read_text())["schema"]["sizes"]
    schema = read_policy(other).schema
    assert schema.sizes.doctrines == names
    assert schema.digest == network(doctrines=names).schema.digest != read_policy(folder).schema.digest


@pytest.mark.parametrize(
    ("doctrines", "message"),
    [
        (["trained:elsewhere"], "'trained:elsewhere' is no doctrine that comes with Chammo"),
        (["foreign"], "'foreign' is no doctrine that comes with Chammo"),
        ([" hold"], "' hold' is no doctrine that comes with Chammo"),
        (["hold:x=1"], "no parameter 'x'"),
        (["hold", "hold"], "twice"),
        (["hold"] * 17, "at most 16"),
        (["hold"], "made for another version"),
        ("hold", "no list of names"),
        ([1], "no list of names"),
        ({"hold": 1}, "no list of names"),
        (None, "no list of names"),
    ],
)
def test_doctrines_of_a_manifest_are_a_short_list_of_those_that_come_with_chammo(
    folder: Path, doctrines: object, message: str
) -> None:
    manifest(folder, lambda m: m["schema"]["sizes"].update(doctrines=doctrines))
    with pytest.raises(InputError, match=rf"manifest\.json: .*{message}"):
        read_policy(folder)


def test_a_folder_names_another_vocabulary_than_that_of_the_tasks(folder: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other", vocabulary="targets")
    assert "vocabulary" not in json.loads((folder / "manifest.json").read_text())["schema"]["sizes"]
    assert read_policy(other).schema.sizes.vocabulary == "targets"
    assert read_policy(folder).schema.sizes.vocabulary == "verbs"


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        ("words", "vocabulary is 'words'; give verbs or targets"),
        (["targets"], "give verbs or targets"),
        ({}, "give verbs or targets"),
        (None, "give verbs or targets"),
        ("targets", "made for another version"),
    ],
)
def test_a_vocabulary_of_a_manifest_is_one_of_those_known(folder: Path, vocabulary: object, message: str) -> None:
    manifest(folder, lambda m: m["schema"]["sizes"].update(vocabulary=vocabulary))
    with pytest.raises(InputError, match=rf"manifest\.json: .*{message}"):
        read_policy(folder)


def test_the_weights_are_a_file_of_the_safetensors_library() -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    first = network().tensors
    theirs = safetensors.load(tensor_bytes(first))
    assert all(np.array_equal(theirs[name], first[name]) for name in first)
    ours, _ = read_tensors(safetensors.save(first), "theirs")
    assert all(np.array_equal(ours[name], first[name]) for name in first)


TRUNCATED: list[tuple[str, bytes, str]] = [
    ("empty", b"", "shorter than a header"),
    ("huge header", struct.pack("<Q", 2**60) + b"{}", "its header would be"),
    ("no JSON", struct.pack("<Q", 4) + b"\x80\x04K\x01", "its header is no JSON"),
    ("a pickle", pickle.dumps(_Bomb()) + b"\0" * 99, "no whole safetensors file"),
    ("a list", header([1]), "no list of arrays"),
    ("a name twice", struct.pack("<Q", 15) + b'{"a":{},"a":{}}', "a name stands twice"),
    ("another type", header({"a": {"dtype": "I64", "shape": [0], "data_offsets": [0, 0]}}), "is of type 'I64'"),
    ("a negative shape", header({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 0]}}), "not whole numbers"),
    ("no offsets", header({"a": {"dtype": "F32", "shape": [1]}}), "has not the entries"),
    ("beyond the end", header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"1234"), "does not fit"),
    ("a hole", header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, b"12345678"), "does not fit"),
    (
        "shared numbers",
        header({k: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} for k in "ab"}, b"1234"),
        "does not fit",
    ),
    ("a tail", header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"123456"), "belong to no array"),
    ("notes that are none", header({"__metadata__": {"a": 1}}), "its notes are not texts"),
]


@pytest.mark.parametrize(("data", "message"), [case[1:] for case in TRUNCATED], ids=[case[0] for case in TRUNCATED])
def test_damaged_weights_are_refused_with_path_and_remedy(
    folder: Path, data: bytes, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    weights(folder, data)
    with pytest.raises(InputError, match=rf"policy\.safetensors: .*{message}.*; copy the folder again"):
        read_policy(folder)
    assert not Path("ran-code").exists()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(folder: Path, value: float) -> None:
    tensors = dict(network().tensors)
    tensors["layer.1.bias"] = np.full_like(tensors["layer.1.bias"], value)
    weights(folder, tensor_bytes(tensors))
    with pytest.raises(InputError, match=r"policy\.safetensors: layer\.1\.bias holds numbers that are not finite"):
        read_policy(folder)


def test_every_file_is_the_file_of_the_manifest(folder: Path) -> None:
    data = bytearray((folder / "policy.safetensors").read_bytes())
    data[-1] ^= 1
    (folder / "policy.safetensors").write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"policy\.safetensors: not the file that the manifest was written for"):
        read_policy(folder)


def test_weights_of_another_scenario_are_refused(folder: Path, tmp_path: Path) -> None:
    def more_groups(content: dict[str, Any]) -> None:
        content["schema"]["sizes"]["groups"] += 1

    manifest(folder, more_groups)
    with pytest.raises(InputError, match="made for another version of observations and choices"):
        read_policy(folder)
    other = written(tmp_path / "other")
    manifest(other, lambda content: content["architecture"].update(hidden=[24, 17]))
    with pytest.raises(InputError, match=r"layer\.1\.bias: \(16,\) where .* have \(17,\)"):
        read_policy(other)


WRONG: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda m: m.update(format="zip"), "not the manifest of a policy"),
    (lambda m: m.update(format_version=99), "format_version is 99"),
    (
        lambda m: m.update(architecture={"id": "os.system"}),
        "'os.system' is unknown; this version builds",
    ),
    (lambda m: m.update(architecture=None), "architecture None is unknown"),
    (lambda m: m["architecture"].update(hidden=[10**9]), "no list of 1 to 8 widths"),
    (lambda m: m["architecture"].update(hidden=["a"]), "no list of 1 to 8 widths"),
    (lambda m: m.update(interval_s="often"), "interval_s is 'often'"),
    (lambda m: m.update(sampled=1), "sampled is 1, not true or false"),
    (lambda m: m.update(schema=None), "schema.sizes does not hold whole numbers"),
    (lambda m: m["schema"]["sizes"].update(groups=2.5), "schema.sizes does not hold whole numbers"),
    (lambda m: m["schema"]["sizes"].update(groups=0), r"schema\.sizes: groups is 0"),
    (lambda m: m["schema"].update(digest="0"), "made for another version"),
    (lambda m: m.update(files=[]), "files lists other names"),
    (lambda m: m["files"].update({"../../secret": {"sha256": ""}}), "files lists other names"),
    (lambda m: m["files"].pop("policy.safetensors"), "files lists other names"),
    (lambda m: m["files"].update({"policy.onnx": {"sha256": ""}}), r"policy\.onnx: the file is missing"),
    (lambda m: m["files"].update({"policy.onnx_data": {"sha256": ""}}), "files lists other names"),
    (lambda m: m["files"]["policy.safetensors"].update(bytes=1), "not the file that the manifest was written for"),
]


@pytest.mark.parametrize(("edit", "message"), WRONG, ids=[str(k) for k in range(len(WRONG))])
def test_a_manifest_that_is_wrong_is_refused(
    folder: Path, edit: Callable[[dict[str, Any]], object], message: str
) -> None:
    manifest(folder, edit)
    with pytest.raises(InputError, match=message):
        read_policy(folder)


def test_a_manifest_that_is_cut_short_or_missing_is_refused(folder: Path) -> None:
    data = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"manifest\.json: not a whole JSON file"):
        read_policy(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"manifest\.json: the file is missing"):
        read_policy(folder)


def test_a_folder_with_a_file_that_does_not_belong_there_is_refused(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(pickle.dumps(_Bomb()))
    with pytest.raises(InputError, match=r"model\.pkl: does not belong into the folder of a policy"):
        read_policy(folder)


def test_links_and_folders_in_the_place_of_files_are_refused(folder: Path) -> None:
    place = folder / "policy.safetensors"
    place.rename(folder.parent / "elsewhere")
    place.symlink_to(folder.parent / "elsewhere")
    with pytest.raises(InputError, match=r"policy\.safetensors: is a link"):
        read_policy(folder)
    place.unlink()
    place.mkdir()
    with pytest.raises(InputError, match=r"policy\.safetensors: is no file"):
        read_policy(folder)


def test_files_that_are_too_large_are_refused_unread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy_files.MOST, "policy.safetensors", 1000)
    with pytest.raises(InputError, match=r"policy\.safetensors: [\d,]+ bytes, more than the 1,000"):
        read_policy(folder)


ONNX_BYTES = b"any bytes: playing a policy never opens them"


@pytest.fixture
def with_onnx(tmp_path: Path) -> Path:
    return written(tmp_path / "with-onnx", onnx=ONNX_BYTES)


def test_a_folder_is_read_with_and_without_an_onnx_file(folder: Path, with_onnx: Path) -> None:
    first, second = read_policy(folder), read_policy(with_onnx)
    assert first.manifest["files"].keys() == {"policy.safetensors", "README.md"}
    entry = second.manifest["files"]["policy.onnx"]
    assert entry == {"bytes": len(ONNX_BYTES), "sha256": hashlib.sha256(ONNX_BYTES).hexdigest()}
    for name, tensor in first.network.tensors.items():
        np.testing.assert_array_equal(second.network.tensors[name], tensor)
    written(with_onnx)  # a policy written over it without an ONNX file leaves none of the old policy
    assert read_policy(with_onnx).sha256 == first.sha256


def test_an_onnx_file_that_is_not_that_of_the_manifest_is_refused(
    folder: Path, with_onnx: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = with_onnx / "policy.onnx"
    for data in (b"", ONNX_BYTES[:-1] + b"!", ONNX_BYTES + b"\0"):
        place.write_bytes(data)
        with pytest.raises(InputError, match=r"policy\.onnx: not the file that the manifest was written for; copy"):
            read_policy(with_onnx)
    place.rename(with_onnx.parent / "elsewhere")
    with pytest.raises(InputError, match=r"policy\.onnx: the file is missing; copy the folder again"):
        read_policy(with_onnx)
    place.symlink_to(with_onnx.parent / "elsewhere")
    with pytest.raises(InputError, match=r"policy\.onnx: is a link; put the file itself there"):
        read_policy(with_onnx)
    place.unlink()
    place.mkdir()
    with pytest.raises(InputError, match=r"policy\.onnx: is no file"):
        read_policy(with_onnx)
    place.rmdir()
    place.write_bytes(ONNX_BYTES)
    monkeypatch.setitem(policy_files.MOST, "policy.onnx", 10)
    with pytest.raises(InputError, match=r"policy\.onnx: \d+ bytes, more than the 10"):
        read_policy(with_onnx)
    (folder / "policy.onnx").write_bytes(ONNX_BYTES)
    with pytest.raises(InputError, match=r"policy\.onnx: not listed in the manifest; remove it"):
        read_policy(folder)
    (with_onnx / "policy.onnx.data").write_bytes(b"weights elsewhere")
    with pytest.raises(InputError, match=r"policy\.onnx\.data: does not belong into the folder"):
        read_policy(with_onnx)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder; give the folder that `chammo train"):
        read_policy(tmp_path / "nothing")


def test_nothing_that_plays_a_trained_commander_can_unpickle(repository: Path) -> None:
    for path in (repository / "staff_ai").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("pickle", "joblib", "torch.load", "MaskablePPO.load", "allow_pickle=True", "dill"):
            assert word not in text, f"{path}: {word}"


def test_what_the_training_left_beside_the_policy_is_never_opened(folder: Path) -> None:
    (folder / "training").mkdir()
    (folder / "training" / "anything.pkl").write_bytes(pickle.dumps(_Bomb()))
    assert read_policy(folder).interval_s == INTERVAL_S
    shutil.rmtree(folder / "training")
