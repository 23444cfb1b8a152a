"""Which deliveries of a folder to apply: each once, with none missing. Each format puts its own in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.errors import StoreError
from pipeline.extracts.model import Delivery
from pipeline.extracts.registry import FORMATS
from pipeline.store.manifest import Applied, Manifest


@dataclass(frozen=True)
class Turn:
    """A delivery to apply. `begins`: it is the first of its feed. `is_full`: it is a full extract of its feed."""

    delivery: Delivery
    begins: bool
    is_full: bool


def take_turns(manifest: Manifest, deliveries: Iterable[Delivery], begins: bool, is_full: bool) -> Iterator[Turn]:
    """The deliveries that the store does not yet hold.

    `begins`: a feed's first delivery is its full extract. `is_full`: so is its first new one, whatever came before.
    Raises StoreError if a delivery is missing, differs from the one that was applied, or belongs to another store.
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
    """Raises StoreError if a file has the name of one that was applied but differs from it, or came too late."""
    held = [each for each in manifest.applied if (each.feed, each.first, each.last) == _numbers(delivery)]
    sizes = {file.name: file.bytes for each in held for file in each.files}
    for path in delivery.files:
        if held and path.name not in sizes:
            raise StoreError(
                f"{path.name} arrived after delivery {delivery.number} had been applied without it, so it was not "
                "read. Ask the supplier for a full extract, and apply it with --full."
            )
        if sizes.get(path.name, path.stat().st_size) != path.stat().st_size:
            raise StoreError(
                f"{path.name} is not the file that was applied under this name: its size is different. It was not "
                "read. Put the original file back. If the one that was applied was cut off and is the newest "
                "delivery, run 'casefinder store take-back' and apply it again. Otherwise build a new store from a "
                "full extract."
            )


def _numbers(delivery: Delivery) -> tuple[str, int, int]:
    return delivery.feed, delivery.first, delivery.last


def _gap(delivery: Delivery, last: int) -> StoreError:
    one = delivery.first == last + 2
    missing = f"Delivery {last + 1} is" if one else f"Deliveries {last + 1} to {delivery.first - 1} are"
    return StoreError(
        f"{missing} missing: the store holds everything up to {last}, and the next one here is "
        f"{delivery.number}. Nothing more can be applied, because the changes and deletions in between are not known. "
        "Put the missing files in the folder, or ask the supplier for a full extract and apply it with --full."
    )


def _other_feed(delivery: Delivery) -> StoreError:
    if not delivery.first:
        return _unnumbered()
    return StoreError(
        f"Delivery {delivery.number} belongs to sharing agreement {delivery.feed}, which is not in this store. "
        "Check the folder. To add an agreement, build a new store from the full extracts of all agreements."
    )


def _unnumbered() -> StoreError:
    renamed = ", or ".join(each.renamed for each in FORMATS if each.renamed)
    return StoreError(
        "These files have no delivery numbers, so Casefinder cannot tell which delivery they follow. If they are a "
        'whole extract, build a new store from it, or set deliveries = "whole" for a nightly run. Restore the '
        f"supplier's names if they are {renamed}."
    )


def describe(each: Applied) -> str:
    """The delivery's name in a sentence."""
    if not each.first:
        return "a full extract"
    return f"delivery {each.first if each.first == each.last else f'{each.first}-{each.last}'}"
