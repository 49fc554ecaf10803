"""Labels are compared without their numbering, spaces and families of signs."""

from __future__ import annotations

import pytest

from consolidate.intake import labels


@pytest.mark.parametrize(
    "typed",
    [
        "其中：微博",
        "其\u00a0中:微博",
        "其 中　微博",
        "1 3、微博",
        "（十三）微\u200b博",
        "13.微\n博",
        "第13项：微博",
        "⑬微博",
    ],
)
def test_numbering_and_gaps_make_no_other_label(typed: str) -> None:
    assert labels.normal(typed) == labels.normal("微博")


@pytest.mark.parametrize("other", ["微信", "官方微博数", "其中", "13"])
def test_other_words_stay_other_labels(other: str) -> None:
    assert labels.normal(other) != labels.normal("微博")


def test_the_same_words_in_another_order_are_alike() -> None:
    assert labels.likeness(labels.normal("维持结果"), labels.normal("结果维持")) > 0.85
    assert labels.likeness(labels.normal("予以公开"), labels.normal("不予公开")) < 0.9
