import re

import smoke


def test_speed_and_the_time_of_a_whole_run_are_reported(monkeypatch, capsys):
    make_data = smoke.make_data
    monkeypatch.setattr(smoke, "make_data", lambda images: make_data(64))
    options = ["--width", "0.25", "--batch-size", "4", "--seconds", "0.05", "--device", "cpu", "--no-auto-augment"]
    assert smoke.main(["resnet20", "resnet32", *options, "--together"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    rate, images, minutes = re.fullmatch(
        r"resnet20 \+ resnet32: start .* s, (\S+) steps/s each \((\d+) images/s\), augmentation .* s an epoch, "
        r"300 epochs in about (\S+) minutes",
        line,
    ).groups()
    assert abs(float(images) - 2 * 4 * float(rate)) <= 1 + 0.05 * float(images)
    assert float(minutes) >= 300 * (50_000 // 4) / float(rate) / 60 * 0.95
