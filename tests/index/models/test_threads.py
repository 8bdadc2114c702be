from __future__ import annotations

import threading

import torch

from index.models import threads


def test_every_item_is_done_once_and_in_order() -> None:
    assert threads.each(lambda n: n * n, range(50)) == [n * n for n in range(50)]


def test_each_thread_does_its_sums_alone_and_the_others_are_left_as_they_were() -> None:
    before = torch.get_num_threads()
    inside = threads.each(lambda _: (torch.get_num_threads(), threading.current_thread().name), range(8))
    assert {count for count, _ in inside} == {1}
    assert torch.get_num_threads() == before


def test_work_within_work_goes_on_in_the_same_thread() -> None:
    names = threads.each(lambda _: threads.each(lambda _: threading.current_thread().name, range(3)), range(4))
    assert all(len(set(inner)) == 1 for inner in names)
