"""One search, from its options to the folder of its lists."""

from __future__ import annotations

from contextlib import ExitStack

from pipeline.casefinding.find import SearchResult, find
from pipeline.casefinding.options import Progress, SearchOptions, read_inputs
from pipeline.casefinding.quality_gates import page_if_refused
from pipeline.database import connect
from pipeline.errors import StoreError
from pipeline.files.publish import free_folder, publish
from pipeline.quality.preload import preload
from pipeline.quality.report.write import remove_beside
from pipeline.runs.paths import RunPaths
from pipeline.runs.write import write_run
from pipeline.store.manifest import Manifest
from pipeline.store.source import open_source


def run_search(options: SearchOptions, progress: Progress = lambda _: None) -> SearchResult:
    """Search, and publish the run's folder at `options.out`. Raises CasefinderError."""
    free_folder(options.out)
    inputs = read_inputs(options)
    with ExitStack() as stack:
        if not options.source.is_store:  # a store was judged when its deliveries came
            stack.enter_context(preload())
        run = RunPaths(stack.enter_context(publish(options.out)))
        con = stack.enter_context(connect(run.work, options.source.memory))
        with page_if_refused(options.out, inputs.quality):
            store, manifest = stack.enter_context(open_source(options.source, run.work, progress))
        _refuse_names(manifest, options)
        result = find(con, store, manifest, inputs, progress)
        progress("Writing the counts" if options.counts_only else "Writing the lists")
        write_run(con, run, result, options.counts_only)
    remove_beside(options.out)
    return result


def _refuse_names(manifest: Manifest, options: SearchOptions) -> None:
    """A store without identities can give no list, and recognise no one in a report."""
    if manifest.pseudonymised_because and not options.counts_only:
        raise StoreError(
            f"{manifest.pseudonymised_because} No list can be written from it. Add --counts to write the counts only."
        )
    if manifest.pseudonymised_because and (options.only or options.nominate):
        raise StoreError(f"{manifest.pseudonymised_because} So nobody in a patient report can be found in it.")
