package dev.weft.supervisor.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.wiring.RolloutCheck;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.supervisor.analysis.Terms;
import dev.weft.supervisor.analysis.TrialAnalyses;
import dev.weft.supervisor.rollout.RolloutActor;
import dev.weft.supervisor.rollout.RolloutEntity;
import dev.weft.supervisor.rollout.RolloutException;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutRefusal;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import dev.weft.supervisor.rollout.StagesActor;
import dev.weft.supervisor.rollout.StoredFrames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The rollouts of a node, kept in its journal. Threadsafe; no method blocks.
 *
 * <p>Each answer is the state after the request, given when that is durable, or a {@link
 * RolloutException} that says why not. Asking the same again changes nothing.
 */
public final class Rollouts {

  /**
   * A node as its rollouts see it.
   *
   * @param system runs the controllers; with a journal
   * @param epoch above those of all processes that had the journal before
   * @param pipelines finds those that are deployed now
   */
  public record Node(ActorSystem<?> system, long epoch, Supplier<List<Pipeline>> pipelines) {}

  private final Node node;
  private final Optional<Recordings> recordings;
  private final Function<RolloutPlan, Terms> terms;
  private final Duration patience;
  private final Scheduler scheduler;
  private final ActorRef<StagesActor.Command> stages;
  private volatile Predicate<RolloutState> mayAdvance = _ -> true;
  private final Map<String, StageManifest> declared = new ConcurrentHashMap<>();
  private final Map<String, ActorRef<StoredFramesActor.Command>> stored = new ConcurrentHashMap<>();

  private Rollouts(
      Node node,
      Optional<Recordings> recordings,
      Config config,
      Function<RolloutPlan, Terms> terms,
      RolloutListener listener,
      InstantSource clock) {
    this.node = node;
    this.terms = terms;
    this.recordings = recordings;
    this.patience = config.getDuration("weft.supervisor.rollout.answer-timeout");
    this.scheduler = node.system().scheduler();
    var keeper = config.getString("weft.supervisor.rollout.keeper");
    var observers = new TrialObservers(node.pipelines());
    var recordedIn = recordings.map(Recordings::epoch).orElse(OptionalLong.empty());
    var analyses = new TrialAnalyses(terms, this::outputs, recordedIn.orElse(node.epoch()));
    this.stages =
        node.system()
            .systemActorOf(
                StagesActor.create(
                    this::stagesInUse,
                    stage ->
                        RolloutActor.create(
                            new RolloutActor.Setup(
                                stage,
                                keeper.isEmpty() ? stage : keeper + "/" + stage,
                                node.epoch(),
                                new StageTraffic(
                                    node.pipelines(),
                                    stage,
                                    observers,
                                    () -> Optional.ofNullable(declared.get(stage)),
                                    wanted -> rerun(stage, wanted)),
                                analyses,
                                listener,
                                this::mayAdvance,
                                clock,
                                config.getDuration("weft.supervisor.rollout.look-every"),
                                patience))),
                "rollouts",
                Props.empty());
  }

  /**
   * Has rollouts on {@code weft} that are judged by what their manifests declare.
   *
   * @see #on(Weft, Function, RolloutListener, InstantSource)
   */
  public static Rollouts on(Weft weft, RolloutListener listener) {
    return on(
        weft,
        plan -> Declaration.terms(ManifestFiles.rollout(plan.manifest())),
        listener,
        InstantSource.system());
  }

  /**
   * Has rollouts on {@code weft}, which needs a journal: {@code weft.fabric.journal.enabled}. Those
   * that were under way when the process before ended go on.
   *
   * @param terms what a plan is judged by
   */
  public static Rollouts on(
      Weft weft,
      Function<RolloutPlan, Terms> terms,
      RolloutListener listener,
      InstantSource clock) {
    var node = new Node(weft.system(), weft.epoch(), weft::pipelines);
    return on(node, Optional.of(Recordings.of(weft)), terms, listener, clock);
  }

  /**
   * As {@link #on(Weft, Function, RolloutListener, InstantSource)}, on whatever {@code node} is;
   * nothing recorded is run there.
   */
  public static Rollouts on(
      Node node,
      Function<RolloutPlan, Terms> terms,
      RolloutListener listener,
      InstantSource clock) {
    return on(node, Optional.empty(), terms, listener, clock);
  }

  private static Rollouts on(
      Node node,
      Optional<Recordings> recordings,
      Function<RolloutPlan, Terms> terms,
      RolloutListener listener,
      InstantSource clock) {
    return new Rollouts(
        node, recordings, node.system().settings().config(), terms, listener, clock);
  }

  /**
   * Starts what a manifest declares, beside what the stage's steps run now.
   *
   * @param stage with the candidate, whose files are there
   */
  public CompletableFuture<RolloutState> start(RolloutManifest rollout, StageManifest stage) {
    var problems = RolloutCheck.problems(rollout, Map.of(stage.name(), stage));
    if (!problems.isEmpty()) {
      return CompletableFuture.failedFuture(
          new RolloutException(RolloutRefusal.INVALID, problems.getFirst().toString()));
    }
    try {
      return start(Declaration.plan(rollout, stage), Optional.of(stage));
    } catch (RolloutException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Starts a rollout beside what the stage's steps run now. In a process that goes on with one,
   * starting it again tells of the stage again, without which a candidate that came after the
   * pipelines were deployed is not found there.
   *
   * @param declaredIn the stage with the candidate, if that came after the pipelines were deployed
   */
  public CompletableFuture<RolloutState> start(
      RolloutPlan plan, Optional<StageManifest> declaredIn) {
    var running = running(plan.stage());
    if (running.size() != 1) {
      return CompletableFuture.failedFuture(
          new RolloutException(
              RolloutRefusal.INVALID,
              "stage '%s': its steps run %s (expected: one variant, at steps without a split)"
                  .formatted(plan.stage(), running)));
    }
    try {
      var _ = terms.apply(plan);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          new RolloutException(RolloutRefusal.INVALID, String.valueOf(e.getMessage())));
    }
    var stable = running.iterator().next();
    return ask(plan.stage(), replyTo -> new RolloutEntity.Start(plan, stable, replyTo))
        .thenApply(
            state -> {
              // Only what was accepted is looked up by who loads it.
              declaredIn.ifPresent(manifest -> declared.put(plan.stage(), manifest));
              return state;
            });
  }

  /** Has it stay at its present step. */
  public CompletableFuture<RolloutState> pause(String stage, String why) {
    return ask(stage, replyTo -> new RolloutEntity.Pause(why, replyTo));
  }

  /** Has it go on; its step gathers evidence anew. */
  public CompletableFuture<RolloutState> resume(String stage) {
    return ask(stage, RolloutEntity.Resume::new);
  }

  /** Takes the candidate back. */
  public CompletableFuture<RolloutState> abort(String stage, String why) {
    return ask(stage, replyTo -> new RolloutEntity.Abort(why, replyTo));
  }

  /** Brings back what the last rollout replaced, though that may be over. */
  public CompletableFuture<RolloutState> undo(String stage, String why) {
    return ask(stage, replyTo -> new RolloutEntity.Undo(why, replyTo));
  }

  /**
   * Puts the candidate in place at once.
   *
   * @param risk why that is right without the evidence; refused if blank
   */
  public CompletableFuture<RolloutState> promote(String stage, String risk) {
    return ask(stage, replyTo -> new RolloutEntity.Promote(risk, replyTo));
  }

  /** Lets a candidate that crashed be tried again. */
  public CompletableFuture<RolloutState> lift(String stage, String digest, String why) {
    return ask(stage, replyTo -> new RolloutEntity.LiftDenial(digest, why, replyTo));
  }

  /**
   * Has those that may not go on stay at their step from now on, until they may: they are judged
   * all the same, and taken back if they fail.
   *
   * @param mayAdvance asked of one that passed; on any thread, must not wait
   */
  public void advanceIf(Predicate<RolloutState> mayAdvance) {
    this.mayAdvance = mayAdvance;
  }

  /** Whether one that stands so may go to its next step now. */
  public boolean mayAdvance(RolloutState state) {
    return mayAdvance.test(state);
  }

  /** How the rollouts of a stage stand. */
  public CompletableFuture<RolloutReport> report(String stage) {
    return AskPattern.<StagesActor.Command, RolloutReport>ask(
            stages,
            replyTo -> new StagesActor.For(stage, new RolloutActor.Report(replyTo)),
            patience,
            scheduler)
        .toCompletableFuture()
        .copy();
  }

  /** The stages that pipelines of this node use, by name. */
  public Set<String> stagesInUse() {
    var names = new TreeSet<String>();
    for (var pipeline : node.pipelines().get()) {
      pipeline.manifest().steps().forEach(step -> names.add(step.stage()));
    }
    return names;
  }

  private void rerun(String stage, Optional<StoredFrames> wanted) {
    if (wanted.isPresent()) {
      recordings.ifPresent(from -> stored.computeIfAbsent(stage, _ -> storedFrames(stage, from)));
    }
    var frames = stored.get(stage);
    if (frames != null) {
      frames.tell(new StoredFramesActor.Want(wanted));
    }
  }

  private ActorRef<StoredFramesActor.Command> storedFrames(String stage, Recordings from) {
    return node.system()
        .systemActorOf(
            StoredFramesActor.create(from, stage),
            "stored-frames-" + stage,
            DispatcherSelector.blocking());
  }

  /** Variants that the steps of a stage run now, those without a split. */
  public Set<String> running(String stage) {
    return StagePlace.all(node.pipelines().get(), stage).stream()
        .map(StagePlace::running)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> outputs(String stage) {
    return node.pipelines().get().stream()
        .map(pipeline -> Optional.ofNullable(pipeline.stages().get(stage)))
        .flatMap(Optional::stream)
        .findFirst()
        .map(found -> found.abi().outputs().stream().map(TensorSpec::name).toList())
        .orElse(List.of());
  }

  private CompletableFuture<RolloutState> ask(
      String stage, Function<ActorRef<StatusReply<RolloutState>>, RolloutEntity.Request> request) {
    return AskPattern.<StagesActor.Command, StatusReply<RolloutState>>ask(
            stages,
            replyTo -> new StagesActor.For(stage, new RolloutActor.Ask(request.apply(replyTo))),
            patience,
            scheduler)
        .toCompletableFuture()
        .copy()
        .thenCompose(
            reply ->
                reply.isSuccess()
                    ? CompletableFuture.completedFuture(reply.getValue())
                    : CompletableFuture.failedFuture(reply.getError()));
  }
}
