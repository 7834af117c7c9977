import json
import pathlib

import pytest

from opi_pytorch.architectures import ARCHITECTURES, build_architecture

FIXTURE = json.loads((pathlib.Path(__file__).parent / "fixtures" / "architectures.json").read_text())


@pytest.mark.parametrize("case", FIXTURE, ids=lambda case: json.dumps(case["options"]))
def test_descriptions_are_those_of_the_typescript_builders(case):
    options = dict(case["options"])
    assert build_architecture(options.pop("name"), **options) == case["description"]


def test_the_fixture_has_every_architecture():
    assert {case["options"]["name"] for case in FIXTURE} == set(ARCHITECTURES)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="name must be one of vgg16, .*resnet56, got 'resnet21'"):
        build_architecture("resnet21", classes=10)


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="activation must be relu, clip, qcfs or rate-norm, got 'tanh'"):
        build_architecture("resnet20", classes=10, activation="tanh")
