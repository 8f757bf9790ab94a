package dev.weft.fabric.embedded;

import dev.weft.fabric.earlier.Running;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pairing.Offered;
import dev.weft.fabric.pairing.PairingDoor;
import dev.weft.fabric.pairing.TimedInput;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.PipelineCounters;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Rerun;
import dev.weft.fabric.pipeline.ShadowRun;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.fabric.routing.Switches;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.fabric.sequence.SequenceCounters;
import dev.weft.fabric.sequence.SequenceDoor;
import dev.weft.fabric.sequence.SequenceStep;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

/** A deployed pipeline: runs frames and can be changed while they flow. Threadsafe. */
public final class Pipeline {

  private final PipelineHost host;
  private final PipelineDoor door;
  private final Optional<PairingDoor> pairing;
  private final Optional<SequenceDoor> sequences;
  private volatile Map<String, StageManifest> stages;

  /**
   * A pipeline that was deployed by other means than {@link Weft#deploy}.
   *
   * @param host runs it
   * @param stages of its steps, by name
   */
  public Pipeline(
      PipelineHost host,
      PipelineDoor door,
      Optional<PairingDoor> pairing,
      Optional<SequenceDoor> sequences,
      Map<String, StageManifest> stages) {
    this.host = host;
    this.door = door;
    this.pairing = pairing;
    this.sequences = sequences;
    this.stages = Map.copyOf(stages);
  }

  public String name() {
    return door.manifest().name();
  }

  /** As declared, whatever was switched or swapped since. */
  public PipelineManifest manifest() {
    return door.manifest();
  }

  /** The stages of its steps by name, with the variants that were declared since. */
  public Map<String, StageManifest> stages() {
    return stages;
  }

  /**
   * Starts one frame; never blocks. The fabric takes over the request's tensors, whatever happens.
   *
   * @return the answer to come. It completes on an inference loop: dependent work that takes long
   *     belongs on another executor, as with {@code thenApplyAsync}. Cancelling it cancels the
   *     frame.
   */
  public CompletableFuture<Answer> submit(Request request) {
    return host.way().submit(this, request);
  }

  /** What answers frames that come now. */
  Running running() {
    return new Running(plan(), switches());
  }

  /** As {@link #submit(Request)}, on this node whatever way frames go. */
  public CompletableFuture<Answer> submitHere(Request request) {
    return door.submit(request);
  }

  /**
   * Answers a request in place of a frame, which counts as one: for ways that cannot have it run.
   *
   * @return {@code answer}, there already; the request's tensors are closed
   */
  public CompletableFuture<Answer> turnAway(Request request, Answer answer) {
    return door.turnAway(request, answer);
  }

  /**
   * Runs one frame and waits for its answer. Unless frames may go to other nodes, the waiting
   * thread runs the stages itself if a loop is idle, which saves two wake-ups; it then notices an
   * interrupt only when the stage at work has ended.
   *
   * @throws WeftException with {@link ErrorCode#CANCELLED} if the waiting thread is interrupted;
   *     the frame is cancelled then
   */
  public Answer run(Request request) {
    var answer = host.way() == FrameWay.STRAIGHT ? door.submitAndHelp(request) : submit(request);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new WeftException(ErrorCode.CANCELLED, "interrupted while waiting for an answer");
    } catch (ExecutionException e) {
      throw new WeftException(ErrorCode.INTERNAL, String.valueOf(e.getCause()));
    }
  }

  /**
   * Runs one frame with one input and gives its outputs.
   *
   * @throws WeftException if the frame was dropped or failed
   */
  public Answer.Completed infer(String input, Tensor tensor) {
    return infer(Request.of(input, tensor));
  }

  /**
   * Runs one frame and gives its outputs.
   *
   * @throws WeftException if the frame was dropped or failed
   */
  public Answer.Completed infer(Request request) {
    return switch (run(request)) {
      case Answer.Completed completed -> completed;
      case Answer.Failed(var code, var message, _) -> throw new WeftException(code, message);
      case Answer.Dropped(var reason, var where, _, _) -> throw WeftException.of(reason, where);
    };
  }

  /**
   * Offers one input of a frame whose others come by themselves; never blocks. The fabric takes
   * over its tensor and pairs it as the manifest's {@code pairing} says: by event time, and no
   * longer than the lateness. A frame that goes on without some of its inputs names them in {@link
   * dev.weft.fabric.pipeline.Quality#unpaired()}.
   *
   * @return what becomes of it; see {@link #submit} for the thread it completes on. Cancelling it
   *     changes nothing.
   * @throws IllegalStateException if the manifest declares no pairing; the tensor stays the
   *     caller's
   */
  public CompletableFuture<Offered> offer(TimedInput input) {
    return paired().offer(input);
  }

  /**
   * Tells that a source will bring nothing more that happened before {@code bound}, so that frames
   * need not wait for it. For sources that have something rarely, such as touch.
   *
   * @param input a paired input
   * @param key value of the attribute that the pairing goes by
   * @throws IllegalArgumentException if no such input is paired
   * @throws IllegalStateException if the manifest declares no pairing
   */
  public void nothingBefore(String input, Instant bound, String key) {
    paired().nothingBefore(input, bound, key);
  }

  private PairingDoor paired() {
    return pairing.orElseThrow(
        () ->
            new IllegalStateException(
                "pipeline '%s': no pairing (expected: one in its manifest)".formatted(name())));
  }

  /**
   * Runs one frame of a sequence on the state that the one before it left, when that has ended; see
   * {@link SequenceDoor#submit}. Never blocks. By {@link #submit(Request)} a caller gives the state
   * himself, and no sequence is met.
   *
   * @param request without what is state
   * @throws IllegalStateException if the manifest declares no state; the tensors stay the caller's
   */
  public CompletableFuture<Answer> submit(Request request, SequenceStep step) {
    return sequences
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "pipeline '%s': no state (expected: some in its manifest)".formatted(name())))
        .submit(request, step);
  }

  /** What became of its sequences; empty if its manifest declares no state. */
  public Optional<SequenceCounters> sequenceCounters() {
    return sequences.map(SequenceDoor::counters);
  }

  /** Time without a frame after which a sequence ends; empty if its manifest declares no state. */
  public Optional<Duration> sequenceIdleTimeout() {
    return sequences.map(SequenceDoor::idleTimeout);
  }

  /** Present rules of the gates and weights of the splits. */
  public Switches switches() {
    return door.switches();
  }

  /** What runs at each step now; empty once unloaded. */
  public Optional<Plan> plan() {
    return door.plan();
  }

  public PipelineCounters counters() {
    return door.counters();
  }

  /**
   * Shows what variants in the shadow give to {@code observer} from now on, beside what production
   * gave. It is called on an inference loop, in the time left for shadows.
   */
  public void observeShadows(ShadowRun.Observer observer) {
    door.observeShadows(observer);
  }

  PipelineDoor door() {
    return door;
  }

  /**
   * How long a frame that comes now would take, its wait included, as its door sees it; 95 of 100
   * take less. Nanoseconds; 0 if nothing is known yet. Makes nothing.
   *
   * @param tenant whose it would be; empty for nobody's
   */
  public long expectedNanos(Lane lane, String tenant) {
    return door.expectedNanos(lane, tenant);
  }

  /** Frames inside now. */
  public int inFlight() {
    return door.inFlight();
  }

  /**
   * Runs that wait before each step now, by step and lane; where none do it is left out. Steps that
   * share a variant share its queue.
   */
  public Map<String, Map<Lane, Integer>> waiting() {
    return door.waiting();
  }

  /**
   * Opens or closes a feature gate for the frames that come from now on. For programs: operators
   * set {@link Flags}, which tell who did and why.
   *
   * @throws IllegalArgumentException if there is no such gate
   */
  public void gate(String gate, boolean on) {
    change(switches -> switches.withGate(gate, on));
  }

  void change(UnaryOperator<Switches> change) {
    door.change(change);
  }

  /**
   * Sets the weights of a split for the frames that come from now on.
   *
   * @param weights one per arm, in declared order
   * @throws IllegalArgumentException if there is no such split, or the weights do not fit its arms
   */
  public void weights(String split, List<Integer> weights) {
    door.change(switches -> switches.withWeights(split, weights));
  }

  /**
   * Runs another variant at a step without losing a frame: loads it beside the present one, sends
   * new frames to it, and unloads the present one when its last frame has left.
   *
   * @return done when new frames meet the variant; fails with {@link WeftException}, and changes
   *     nothing, if there is no such step or variant or it cannot be loaded
   */
  public CompletableFuture<Void> swap(String step, String variant) {
    return host.vary(door, new VariantChange.Swap(step, Optional.empty(), variant));
  }

  /** As {@link #swap(String, String)}, for one arm of a split step. */
  public CompletableFuture<Void> swap(String step, String arm, String variant) {
    return host.vary(door, new VariantChange.Swap(step, Optional.of(arm), variant));
  }

  /**
   * Loads a candidate beside what runs at a step. No frame meets it before {@link #share} says so.
   *
   * @param declaredIn the stage with this variant, if it was declared after this was deployed
   * @return done when it is loaded; fails with {@link WeftException}, and changes nothing, if there
   *     is no such step or variant, the step is split, or it cannot be loaded
   */
  public CompletableFuture<Void> tryOut(
      String step, String candidate, Optional<StageManifest> declaredIn) {
    declaredIn.ifPresent(manifest -> declare(manifest, candidate));
    return host.vary(door, new VariantChange.Try(step, candidate, declaredIn));
  }

  /** Whoever records must know a variant before the first frame that meets it. */
  private synchronized void declare(StageManifest manifest, String candidate) {
    var variant = manifest.variant(candidate);
    var before = stages.get(manifest.name());
    if (variant.isPresent() && before != null && before.variant(candidate).isEmpty()) {
      var more = new HashMap<>(stages);
      more.put(before.name(), before.with(variant.get()));
      stages = Map.copyOf(more);
      host.redeclared(manifest(), stages);
    }
  }

  /** Gives the candidate at a step its share of the frames that come from now on. */
  public void share(String step, TrialShare share) {
    door.change(switches -> switches.withTrial(step, share));
  }

  /** Takes all traffic from the candidate at a step at once; it stays loaded. */
  public void withdraw(String step) {
    door.change(switches -> switches.withoutTrial(step));
  }

  /**
   * Withdraws the candidate at a step and unloads it when its last frame has left; done at once if
   * there is none.
   */
  public CompletableFuture<Void> endTrial(String step) {
    withdraw(step);
    return host.vary(door, new VariantChange.EndTrial(step));
  }

  /**
   * Has the candidate at a step answer all frames, and unloads what ran before when its last frame
   * has left.
   *
   * @return done when new frames meet only the candidate; fails with {@link WeftException}, and
   *     changes nothing, if there is none
   */
  public CompletableFuture<Void> promote(String step) {
    return host.vary(door, new VariantChange.Promote(step)).thenRun(() -> withdraw(step));
  }

  /**
   * Tells {@code observer} from now on what the arms of steps on trial do. It is called on an
   * inference loop and must not wait.
   */
  public void observeTrials(TrialEvent.Observer observer) {
    door.observeTrials(observer);
  }

  /**
   * Runs the inputs of a recorded frame again: the steps that lead to one on trial, then that step
   * by both of its arms, all in the shadow lane, where it disturbs no caller. Nobody is answered
   * with it and nothing of it is recorded. The fabric takes over the tensors, whatever happens.
   *
   * @param number of the frame when it was recorded
   * @param recorded its inputs, and the attributes that decide where it goes
   * @return what came of it, to be closed; completes on an inference loop
   */
  public CompletableFuture<Rerun> rerun(String step, long number, Request recorded) {
    return door.rerun(step, number, recorded);
  }

  /** Takes note that a session is closed, whose frames may have come here. */
  void closed(String session) {
    host.closed(session);
  }

  /** Lets the frames inside end, unloads the pipeline, and waits for it. */
  public void unload() {
    host.unload(door);
  }
}
