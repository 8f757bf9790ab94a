package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.ReadableRecorder;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What of a node it takes to run recorded frames again.
 *
 * @param pipelines that are deployed now
 * @param epoch under which frames of this process are recorded; empty where none are
 * @param recorded opens what was recorded and is durable; empty where nothing can be read
 * @param tensors memory for inputs
 * @param fingerprints of what runs here
 * @param isPaused whether load has the shadow lane wait
 */
record Recordings(
    Supplier<List<Pipeline>> pipelines,
    OptionalLong epoch,
    Function<TraceQuery, Optional<TraceSource>> recorded,
    TensorAllocator tensors,
    Fingerprints fingerprints,
    BooleanSupplier isPaused) {

  static Recordings of(Weft weft) {
    var recorder =
        weft.recorder()
            .filter(ReadableRecorder.class::isInstance)
            .map(ReadableRecorder.class::cast);
    return new Recordings(
        weft::pipelines,
        recorder.stream().mapToLong(ReadableRecorder::epoch).findFirst(),
        query -> recorder.flatMap(readable -> readable.read(query)),
        weft.tensors(),
        new Fingerprints(StageKinds.discover()::find, Fingerprints.here()),
        () -> weft.load().pausedLanes().contains(Lane.SHADOW));
  }
}
