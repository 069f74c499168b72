"""Same seed, same bits: whatever the threads, the company, the order, the pieces, and the interruptions."""

from pathlib import Path

import numpy as np
import pytest

from simcore.errors import InputError, WargameError
from simcore.events import empty_log
from simcore.orders import Orders
from simcore.simulation import Simulation
from simcore.types import EventKind, Roe, Task
from tests.simcore.small_worlds import bits, same_state, skirmish, start

SEED = 20260
TICKS = 300


@pytest.fixture(scope="module")
def reference() -> Simulation:
    simulation = start(skirmish(), seed=SEED, replications=range(6))
    simulation.advance(TICKS)
    return simulation


def test_the_scenario_has_losses_so_that_equal_hashes_mean_something(reference: Simulation) -> None:
    digests = reference.hash()
    assert len(set(digests)) == len(digests)
    start_digests = start(skirmish(), seed=SEED, replications=range(6)).hash()
    assert not set(digests) & set(start_digests)


def test_same_seed_same_bits(reference: Simulation) -> None:
    again = start(skirmish(), seed=SEED, replications=range(6))
    again.advance(TICKS)
    assert same_state(again, reference)


def test_another_seed_gives_another_run(reference: Simulation) -> None:
    other = start(skirmish(), seed=SEED + 1, replications=range(6))
    other.advance(TICKS)
    assert not set(other.hash()) & set(reference.hash())


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_change_nothing(reference: Simulation, threads: int) -> None:
    parallel = start(skirmish(), seed=SEED, replications=range(6), threads=threads)
    parallel.advance(TICKS)
    assert same_state(parallel, reference)


@pytest.mark.parametrize("numbers", [(4,), (5, 4, 3, 2, 1, 0), (100, 4, 7), (4, 4)])
def test_a_replication_is_the_same_alone_and_in_any_company(reference: Simulation, numbers: tuple[int, ...]) -> None:
    batch = start(skirmish(), seed=SEED, replications=numbers)
    batch.advance(TICKS)
    known = dict(enumerate(reference.hash()))
    for number, digest in zip(numbers, batch.hash(), strict=True):
        if number in known:
            assert digest == known[number]


@pytest.mark.parametrize("pieces", [(1,) * TICKS, (7, 0, 93, 200), (299, 1)])
def test_advance_in_pieces_equals_advance_in_one(reference: Simulation, pieces: tuple[int, ...]) -> None:
    simulation = start(skirmish(), seed=SEED, replications=range(6))
    for piece in pieces:
        simulation.advance(piece)
    assert simulation.tick == TICKS
    assert same_state(simulation, reference)


def test_recording_events_does_not_change_the_state(reference: Simulation) -> None:
    recorded = start(skirmish(), seed=SEED, replications=range(6), record_events=True)
    recorded.advance(TICKS)
    assert len(recorded.events()) > 100
    assert same_state(recorded, reference)


def test_draining_a_tiny_event_buffer_loses_nothing(reference: Simulation) -> None:
    roomy = start(skirmish(), seed=SEED, replications=range(6), record_events=True)
    roomy._log = empty_log(6, 100 * roomy._reserve)
    roomy.advance(TICKS)
    tiny = start(skirmish(), seed=SEED, replications=range(6), record_events=True)
    tiny._log = empty_log(6, tiny._reserve)  # one tick's worth: it is drained after every tick with events
    tiny.advance(TICKS)
    expected = roomy.events()
    assert bits(tiny.events()) == bits(expected)
    assert same_state(tiny, roomy)
    assert same_state(tiny, reference)
    ends = expected[expected["kind"] == EventKind.END]
    assert sorted(ends["replication"].tolist()) == [k for k in range(6) if reference.done[k]]


def test_events_come_in_order_of_time_and_are_drained_once() -> None:
    simulation = start(skirmish(), seed=SEED, replications=[2], record_events=True)
    simulation.advance(100)
    first = simulation.events()
    assert len(simulation.events()) == 0
    simulation.advance(100)
    ticks = np.concatenate([first, simulation.events()])["tick"]
    assert (np.diff(ticks) >= 0).all()
    assert ticks[-1] >= 100


def test_a_replication_that_is_over_stands_still() -> None:
    content = skirmish(time={"dt_s": 5, "duration_s": 100})
    simulation = start(content, seed=SEED, replications=range(3))
    simulation.advance(20)
    assert simulation.done.all()
    before = simulation.hash()
    simulation.advance(50)
    assert simulation.hash() == before


def _send(orders: Orders, where: int, task: Task) -> None:
    mask = np.zeros(len(orders.whole), dtype=bool)
    mask[where] = True
    orders.issue(mask, 0, task, 500.0, 3000.0, radius_m=2000.0, roe=Roe.FREE)


def test_orders_for_one_world_leave_the_others_alone(reference: Simulation) -> None:
    simulation = start(skirmish(), seed=SEED, replications=range(6))
    _send(simulation.orders, 2, Task.MOVE)
    simulation.advance(TICKS)
    same = [a == b for a, b in zip(simulation.hash(), reference.hash(), strict=True)]
    assert same == [True, True, False, True, True, True]


def test_save_and_restore_go_on_with_the_same_bits(reference: Simulation, tmp_path: Path) -> None:
    simulation = start(skirmish(), seed=SEED, replications=range(6))
    simulation.advance(120)
    target = tmp_path / "state.npz"
    simulation.save(target)
    restored = Simulation.restore(target, simulation.params, threads=2, record_events=True)
    assert (restored.seed, restored.tick) == (SEED, 120)
    assert same_state(restored, simulation)
    restored.advance(TICKS - 120)
    simulation.advance(TICKS - 120)
    assert same_state(restored, reference)
    assert same_state(simulation, reference)
    assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]


def test_restoring_with_another_scenario_is_refused(tmp_path: Path) -> None:
    simulation = start(skirmish(), seed=SEED)
    simulation.save(tmp_path / "state.npz")
    other = start(skirmish(rules={"contact_hold_s": 201}))
    with pytest.raises(InputError, match="another scenario"):
        Simulation.restore(tmp_path / "state.npz", other.params)


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def _empty(_: bytes) -> bytes:
    return b""


def _text(_: bytes) -> bytes:
    return b"not a state\n"


@pytest.mark.parametrize("damage", [_truncated, _flipped, _empty, _text])
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, damage) -> None:
    simulation = start(skirmish(), seed=SEED)
    target = tmp_path / "state.npz"
    simulation.save(target)
    target.write_bytes(damage(target.read_bytes()))
    with pytest.raises(InputError, match=r"state\.npz"):
        Simulation.restore(target, simulation.params)


def test_a_file_of_another_kind_is_refused_in_words(tmp_path: Path) -> None:
    target = tmp_path / "state.npy"
    np.save(target, np.zeros(3))
    with pytest.raises(InputError, match=r"state\.npy"):
        Simulation.restore(target, start(skirmish()).params)


def test_a_missing_file_and_a_missing_folder_are_reported_in_words(tmp_path: Path) -> None:
    simulation = start(skirmish(), seed=SEED)
    with pytest.raises(InputError, match="no such file"):
        Simulation.restore(tmp_path / "nowhere.npz", simulation.params)
    with pytest.raises(WargameError, match="cannot save"):
        simulation.save(tmp_path / "no-folder" / "state.npz")


def test_fan_out_makes_worlds_that_differ_by_their_number_alone() -> None:
    source = start(skirmish(), seed=SEED, replications=range(3))
    source.advance(100)
    before = source.hash()
    fan = source.fan_out([7, 8, 7, 9], source=1)
    assert fan.tick == 100
    fan.advance(150)
    digests = fan.hash()
    assert digests[0] == digests[2]
    assert len(set(digests)) == 3
    assert source.hash() == before
    source.advance(TICKS - 100)
    untouched = start(skirmish(), seed=SEED, replications=range(3))
    untouched.advance(TICKS)
    assert same_state(source, untouched)


def test_fan_out_with_the_own_number_and_seed_is_the_source_itself() -> None:
    source = start(skirmish(), seed=SEED, replications=[5])
    source.advance(100)
    fan = source.fan_out([5], threads=2)
    other = source.fan_out([5], seed=SEED + 1)
    for simulation in (source, fan, other):
        simulation.advance(150)
    assert same_state(fan, source)
    assert not same_state(other, source)


def test_fan_out_of_a_restored_state_equals_fan_out_of_the_original(tmp_path: Path) -> None:
    source = start(skirmish(), seed=SEED, replications=[1, 2])
    source.advance(80)
    source.save(tmp_path / "state.npz")
    restored = Simulation.restore(tmp_path / "state.npz", source.params)
    futures = [simulation.fan_out([1, 2, 3], source=1) for simulation in (source, restored)]
    for future in futures:
        future.advance(100)
    assert same_state(*futures)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(InputError, match="seed"):
        start(skirmish(), seed=seed)


def test_bad_arguments_are_refused() -> None:
    simulation = start(skirmish())
    with pytest.raises(InputError, match="n_ticks"):
        simulation.advance(-1)
    with pytest.raises(InputError, match="source"):
        simulation.fan_out([1], source=1)


def test_a_negative_replication_number_is_refused() -> None:
    with pytest.raises(InputError, match="replication"):
        start(skirmish(), replications=[-1])


@pytest.mark.small
def test_a_tiny_run_repeats_itself_and_its_saved_state(tmp_path: Path) -> None:
    first, second = (start(skirmish(), seed=1, replications=[0]) for _ in range(2))
    first.advance(6)
    second.advance(2)
    second.save(tmp_path / "state.npz")
    third = Simulation.restore(tmp_path / "state.npz", second.params)
    third.advance(4)
    assert same_state(third, first)
