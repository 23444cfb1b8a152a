"""Which of a folder's deliveries to apply, in which order: each once, none left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.errors import StoreError
from pipeline.extracts.model import Delivery
from pipeline.extracts.registry import FORMATS
from pipeline.store.manifest import Applied, Manifest


@dataclass(frozen=True)
class Turn:
    """A delivery to apply. `begins`: it is its feed's first. `is_full`: it is all that its feed has to say."""

    delivery: Delivery
    begins: bool
    is_full: bool


def take_turns(manifest: Manifest, deliveries: Iterable[Delivery], begins: bool, is_full: bool) -> Iterator[Turn]:
    """The deliveries that the store does not hold yet.

    `begins`: a feed's first delivery is its full extract. `is_full`: so is the first one that is new, whatever came
    before. Raises StoreError where a delivery is missing, is not the one that was applied, or belongs elsewhere.
    """
    newest = {each.feed: each.last for each in manifest.applied}
    refreshed: set[str] = set()
    for delivery in deliveries:
        last = newest.get(delivery.feed)
        if last is None and not begins:
            raise _other_feed(delivery)
        if last is not None and not delivery.first:
            raise _unnumbered()
        if last is not None and delivery.last <= last:
            _refuse_changed(manifest, delivery)
            continue
        renews = is_full and delivery.feed not in refreshed
        if last is not None and delivery.first > last + 1 and not renews:
            raise _gap(delivery, last)
        yield Turn(delivery, last is None, renews or last is None)
        newest[delivery.feed] = delivery.last
        refreshed.add(delivery.feed)


def _refuse_changed(manifest: Manifest, delivery: Delivery) -> None:
    """Raises StoreError where a file bears the name of one that was applied but cannot be it, or came too late."""
    held = [each for each in manifest.applied if (each.feed, each.first, each.last) == _numbers(delivery)]
    sizes = {file.name: file.bytes for each in held for file in each.files}
    for path in delivery.files:
        if held and path.name not in sizes:
            raise StoreError(
                f"{path.name} came after delivery {delivery.number} had been applied without it. Nothing of it was "
                "read. Ask the supplier for a full extract, and apply it with --full."
            )
        if sizes.get(path.name, path.stat().st_size) != path.stat().st_size:
            raise StoreError(
                f"{path.name} is not the file that was applied under this name: its size differs. Nothing of it was "
                "read. Put the first one back, or build a new store from a full extract."
            )


def _numbers(delivery: Delivery) -> tuple[str, int, int]:
    return delivery.feed, delivery.first, delivery.last


def _gap(delivery: Delivery, last: int) -> StoreError:
    one = delivery.first == last + 2
    missing = f"Delivery {last + 1} is" if one else f"Deliveries {last + 1} to {delivery.first - 1} are"
    return StoreError(
        f"{missing} missing: the store holds everything up to {last}, and the next one here is "
        f"{delivery.number}. What was changed or deleted in between is not known, so nothing after it can be applied. "
        "Put the missing files into the folder, or ask the supplier for a full extract and apply it with --full."
    )


def _other_feed(delivery: Delivery) -> StoreError:
    if not delivery.first:
        return _unnumbered()
    return StoreError(
        f"Delivery {delivery.number} is of sharing agreement {delivery.feed}, of which this store holds nothing. "
        "Check the folder; to add an agreement, build a new store from the full extracts of all."
    )


def _unnumbered() -> StoreError:
    renamed = ", or ".join(each.renamed for each in FORMATS if each.renamed)
    return StoreError(
        "These files have no delivery numbers, so it is not known what they follow upon. If they are a whole extract, "
        'build a new store from it; for a nightly run, set deliveries = "whole". Restore the supplier\'s names if they '
        f"are {renamed}."
    )


def describe(each: Applied) -> str:
    """A delivery as people say it."""
    if not each.first:
        return "a full extract"
    return f"delivery {each.first if each.first == each.last else f'{each.first}-{each.last}'}"
