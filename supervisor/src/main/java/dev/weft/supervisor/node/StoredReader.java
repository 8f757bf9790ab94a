package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.replay.RecordedInputs;
import dev.weft.fabric.replay.Repeatability;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.supervisor.comparison.FrameReference;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The recorded frames of one stage that its steps on trial can run again, in the order they were
 * kept. Reads the node's edge buffer, which takes as long as its disk does. For one thread.
 */
final class StoredReader implements AutoCloseable {

  private final Recordings recordings;
  private final Instant before;
  private final Queue<Place> places = new ArrayDeque<>();
  private @Nullable Open open;
  private long frames;

  /** One step on trial of one pipeline. */
  private record Place(Pipeline pipeline, Plan plan, PlanStep step) {}

  /** A place whose frames are read. */
  private record Open(Place place, TraceSource source, Repeatability repeatability) {}

  /** What was found next. */
  sealed interface Found {}

  /**
   * A frame to run; whoever takes it has its tensors.
   *
   * @param reference as its trace knows it
   */
  record Frame(Pipeline pipeline, String step, FrameReference reference, Request request)
      implements Found {}

  /** A frame that says nothing here. */
  record NotUsed(String why) implements Found {}

  /** Something that is no frame of a step on trial. */
  record Aside() implements Found {}

  /** The end, and why there is no more. */
  record End(String why) implements Found {}

  private static final Found ASIDE = new Aside();

  /**
   * @param stage whose steps on trial are meant
   * @param before frames admitted from then on are left out
   */
  StoredReader(Recordings recordings, String stage, Instant before) {
    this.recordings = recordings;
    this.before = before;
    for (var pipeline : recordings.pipelines().get()) {
      var plan = pipeline.plan();
      for (var step : plan.map(Plan::steps).orElse(List.of())) {
        if (step.trial().isPresent() && step.arms().getFirst().stage().equals(stage)) {
          places.add(new Place(pipeline, plan.orElseThrow(), step));
        }
      }
    }
  }

  /**
   * Looks at one further record.
   *
   * @throws RuntimeException if it cannot be read
   */
  Found next() {
    var now = open;
    if (now == null) {
      var place = places.poll();
      return place == null ? new End(end()) : open(place);
    }
    var record = now.source().next();
    if (record.isEmpty()) {
      close();
      return ASIDE;
    }
    return switch (record.get()) {
      case Fingerprint print -> {
        now.repeatability().learn(print);
        yield ASIDE;
      }
      case FrameRecord frame when frame.admittedAt().isBefore(before) -> found(now, frame);
      default -> ASIDE;
    };
  }

  private Found open(Place place) {
    var name = place.pipeline().name();
    var query = TraceQuery.all().ofPipeline(name).between(Instant.MIN, before);
    var source = recordings.recorded().apply(query);
    if (source.isEmpty()) {
      places.clear();
      return new End("no recorded frames: this node records to no edge buffer");
    }
    var stages = place.pipeline().stages();
    open =
        new Open(
            place,
            source.get(),
            new Repeatability(place.plan(), place.step(), stages, recordings.fingerprints()));
    return ASIDE;
  }

  private Found found(Open at, FrameRecord frame) {
    frames++;
    var obstacle = at.repeatability().obstacle(frame);
    if (obstacle.isPresent()) {
      return new NotUsed(obstacle.get());
    }
    var inputs = RecordedInputs.of(frame, at.source(), recordings.tensors());
    if (inputs.isEmpty()) {
      return new NotUsed("its inputs were not kept");
    }
    var request = Request.of(inputs.get()).withUnpaired(frame.unpaired());
    for (var attribute : attributes(frame).entrySet()) {
      request = request.with(attribute.getKey(), attribute.getValue());
    }
    return new Frame(
        at.place().pipeline(),
        at.place().step().name(),
        new FrameReference(frame.session(), frame.epoch(), frame.number(), true),
        request);
  }

  private static Map<String, String> attributes(FrameRecord frame) {
    var attributes = new HashMap<>(frame.routing().sticky());
    Optional.of(frame.session())
        .filter(session -> !session.isEmpty())
        .ifPresent(session -> attributes.put(StageTraffic.STICKY_BY, session));
    Optional.of(frame.tenant())
        .filter(tenant -> !tenant.isEmpty())
        .ifPresent(tenant -> attributes.put("tenant", tenant));
    return attributes;
  }

  private String end() {
    return "no further recorded frames: %d were read".formatted(frames);
  }

  @Override
  public void close() {
    var now = open;
    open = null;
    if (now != null) {
      now.source().close();
    }
  }
}
