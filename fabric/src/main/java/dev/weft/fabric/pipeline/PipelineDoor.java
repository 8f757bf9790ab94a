package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where frames enter a pipeline: checks them, counts them, and starts them on the least loaded
 * inference loop. Never blocks and never queues: what cannot go in is answered at once. Threadsafe.
 */
public final class PipelineDoor {

  private final PipelineManifest manifest;
  private final LoopLoads loads;
  private final FabricClock clock;
  private final PipelineCounters counters = new PipelineCounters();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private volatile @Nullable Generation current;
  private volatile Switches switches;

  public PipelineDoor(PipelineManifest manifest, LoopLoads loads, FabricClock clock) {
    this.manifest = manifest;
    this.loads = loads;
    this.clock = clock;
    this.switches = Switches.declaredBy(manifest);
  }

  public PipelineManifest manifest() {
    return manifest;
  }

  public PipelineCounters counters() {
    return counters;
  }

  /** Frames inside now. */
  public int inFlight() {
    return inFlight.get();
  }

  public Switches switches() {
    return switches;
  }

  /** Moves gates and weights for the frames that come from now on. */
  public synchronized Switches change(UnaryOperator<Switches> change) {
    switches = change.apply(switches);
    return switches;
  }

  /** The plan that new frames meet; empty while the pipeline is closed. */
  public Optional<Plan> plan() {
    return Optional.ofNullable(current).map(Generation::plan);
  }

  /**
   * Sends the frames that come from now on through {@code next}.
   *
   * @return done when the last frame of the generation before has left
   */
  public synchronized CompletionStage<Void> open(Generation next) {
    var before = current;
    current = next;
    return before == null ? CompletableFuture.completedFuture(null) : before.retire();
  }

  /**
   * Drops the frames that come from now on.
   *
   * @return done when the last frame inside has left
   */
  public synchronized CompletionStage<Void> close() {
    var before = current;
    current = null;
    return before == null ? CompletableFuture.completedFuture(null) : before.retire();
  }

  /**
   * Starts one frame and takes over its input tensors.
   *
   * @return the answer to come; it completes on an inference loop, so dependent work that takes
   *     long belongs on another executor ({@code thenApplyAsync}). Cancelling it cancels the frame.
   */
  public CompletableFuture<Answer> submit(Request request) {
    counters.offered();
    var problem = problem(request);
    if (problem.isPresent()) {
      return refuse(
          request, new Answer.Failed(ErrorCode.INVALID_INPUT, problem.get(), Timings.none()));
    }
    if (inFlight.incrementAndGet() > manifest.door().maxInFlight()) {
      inFlight.decrementAndGet();
      return refuse(request, dropped(DropReason.IN_FLIGHT_LIMIT));
    }
    var generation = enter();
    if (generation == null) {
      inFlight.decrementAndGet();
      return refuse(request, dropped(DropReason.UNLOADING));
    }
    var frame = admit(generation, request);
    // The answer is taken first: once dispatched, the frame belongs to its loop.
    var answer = frame.answer();
    frame.dispatch(frame.start());
    return answer;
  }

  /**
   * Answers a request in place of a frame: counts it and closes its input tensors.
   *
   * @return {@code answer}, there already
   */
  public CompletableFuture<Answer> turnAway(Request request, Answer answer) {
    counters.offered();
    return refuse(request, answer);
  }

  /** What is wrong with {@code tensor} as the input of this name; empty if it fits. */
  public Optional<String> problem(String name, Tensor tensor) {
    for (var input : manifest.inputs()) {
      if (input.spec().name().equals(name)) {
        return problem(new ShapeCheck(), input.spec(), tensor);
      }
    }
    return Optional.of(unknown(Request.of(name, tensor)));
  }

  /**
   * Frees the place of {@code frame}; its answer goes out only then, so the caller finds it free.
   */
  void left(Frame frame) {
    loads.leave(frame.loop());
    inFlight.decrementAndGet();
  }

  private Frame admit(Generation generation, Request request) {
    var inputs = new @Nullable Tensor[manifest.inputs().size()];
    for (var i = 0; i < inputs.length; i++) {
      inputs[i] = request.inputs().get(manifest.inputs().get(i).spec().name());
    }
    var admission =
        new Admission(
            numbers.getAndIncrement(),
            loads.enter(),
            clock.instant(),
            clock.nanos(),
            request.deadline().orElse(manifest.deadline()),
            request.unpaired());
    return new Frame(
        generation,
        switches,
        request.attributes(),
        request.lane().orElse(manifest.lane()),
        admission,
        inputs);
  }

  private @Nullable Generation enter() {
    for (var generation = current; generation != null; generation = current) {
      if (generation.tryEnter()) {
        return generation;
      }
    }
    return null;
  }

  private Answer dropped(DropReason reason) {
    return new Answer.Dropped(reason, manifest.name(), Timings.none());
  }

  private CompletableFuture<Answer> refuse(Request request, Answer answer) {
    request.inputs().values().forEach(Tensor::close);
    counters.ended(answer);
    return CompletableFuture.completedFuture(answer);
  }

  private Optional<String> problem(Request request) {
    var check = new ShapeCheck();
    var known = 0;
    for (var input : manifest.inputs()) {
      var spec = input.spec();
      var tensor = request.inputs().get(spec.name());
      if (tensor == null) {
        if (input.required()) {
          return Optional.of(
              "input '%s' of pipeline '%s': missing (expected: %s)"
                  .formatted(spec.name(), manifest.name(), spec));
        }
        continue;
      }
      known++;
      var problem = problem(check, spec, tensor);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return known == request.inputs().size() ? Optional.empty() : Optional.of(unknown(request));
  }

  private Optional<String> problem(ShapeCheck check, TensorSpec spec, Tensor tensor) {
    return check
        .problem(List.of(spec), List.of(tensor))
        .or(() -> notFinite(spec, tensor))
        .map(problem -> "input %s of pipeline '%s'".formatted(problem, manifest.name()));
  }

  private String unknown(Request request) {
    var names = manifest.inputs().stream().map(input -> input.spec().name()).toList();
    var unknown = request.inputs().keySet().stream().filter(name -> !names.contains(name));
    return "inputs of pipeline '%s': %s (expected: only %s)"
        .formatted(manifest.name(), unknown.sorted().toList(), names);
  }

  private static Optional<String> notFinite(TensorSpec spec, Tensor tensor) {
    var at = Elements.firstNotFinite(tensor);
    return at.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s': %s at element %d (expected: finite numbers)"
                .formatted(spec.name(), Elements.number(tensor, at.getAsLong()), at.getAsLong()));
  }
}
