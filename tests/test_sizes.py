"""The layout stays readable: short files, short functions, few loose modules, short contracts."""

import pytest

from tests.sizes import MAX_LOOSE, ROOT, long_files, long_functions, loose_modules, sources

MAX_CONTRACT_LINES = 120


def test_no_file_is_too_long():
    assert long_files() == []


def test_no_function_is_too_long():
    assert long_functions() == []


def test_sizes_are_those_of_the_whole_code():
    assert len(sources()) > 300


@pytest.mark.parametrize("package", MAX_LOOSE)
def test_few_modules_lie_loose(package):
    assert 1 < len(loose_modules(package)) <= MAX_LOOSE[package]


def test_contracts_are_short():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = text[text.index("[tool.importlinter]") :]
    contracts = contracts[: contracts.index("[tool.pytest")]

    assert contracts.count("[[tool.importlinter.contracts]]") >= 10
    assert len(contracts.splitlines()) <= MAX_CONTRACT_LINES
