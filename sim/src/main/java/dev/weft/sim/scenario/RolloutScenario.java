package dev.weft.sim.scenario;

import dev.weft.fabric.session.SessionRules;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.node.BufferBook;
import dev.weft.sim.node.EngineFaults;
import dev.weft.sim.node.Node;
import dev.weft.sim.node.NodeSpec;
import dev.weft.sim.node.RolledStage;
import dev.weft.sim.node.RolloutBook;
import dev.weft.sim.node.RolloutBook.Kind;
import dev.weft.sim.node.SessionClient;
import dev.weft.sim.node.Temper;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.World;
import dev.weft.supervisor.analysis.Terms;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A stage whose variants are rolled out one after the other while sessions ask: good ones, wrong,
 * slow and failing ones, some that give what is no number and some that end the process when they
 * are loaded. The machine is killed at any time, a second process takes over for a while, and an
 * operator interferes. Then calm, in which the last rollout must end.
 */
public final class RolloutScenario implements Scenario {

  private static final Duration TROUBLE = Duration.ofSeconds(14);
  private static final Duration FAULT_EVERY = Duration.ofMillis(900);
  private static final Duration OVER_WITHIN = Duration.ofSeconds(40);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration FRAME_EVERY = Duration.ofMillis(30);
  private static final int SESSIONS = 40;
  private static final int CANDIDATES = 4;
  private static final int SAMPLES_MIN = 60;

  /** Of the durable events, the part at which the process is killed. */
  private static final double KILLED_AT_EVENT = 0.08;

  /** Limits that bad candidates are far beyond and good ones far within. */
  private static final Terms TERMS =
      new Terms(
          Limits.of(
              new Limit.TailLatency(0.5, 3),
              new Limit.FarFrames("y", Metric.RELATIVE_L2, 0.05, 0.3),
              new Limit.FailedRuns(0.3)),
          new ErrorBudget(1e-4, 1e-4, RolloutOperator.STEPS),
          new Effort(SAMPLES_MIN, 5, 5_000, RolloutOperator.GIVE_UP_AFTER),
          false,
          ComparisonSettings.usual(),
          new DriftLimits(40, 0.3, 0.3, 1, 1e-4));

  private final OptionalInt killedAt;

  RolloutScenario() {
    this(OptionalInt.empty());
  }

  private RolloutScenario(OptionalInt killedAt) {
    this.killedAt = killedAt;
  }

  /**
   * The same in which nobody interferes, and the process is killed at one durable event, before
   * anybody acts on it.
   *
   * @param event counted from 1; 0 for none
   */
  static RolloutScenario killedAt(int event) {
    return new RolloutScenario(OptionalInt.of(event));
  }

  @Override
  public String name() {
    return "rollout";
  }

  @Override
  public String summary() {
    return "one box: candidates good and bad, kills, two controllers at once, an operator";
  }

  @Override
  public void run(World world, Findings findings) {
    new Run(world, findings, killedAt).run();
  }

  private static final class Run {

    private final World world;
    private final Findings findings;
    private final OptionalInt killedAt;
    private final RolloutBook book;
    private final RolledStage box;
    private final RolledStage twin;
    private final RolloutOperator operator;
    private boolean isQuiet;
    private long events;

    Run(World world, Findings findings, OptionalInt killedAt) {
      this.world = world;
      this.findings = findings;
      this.killedAt = killedAt;
      var kinds = kinds();
      book = new RolloutBook(world, kinds, SESSIONS, SAMPLES_MIN, findings);
      var host = world.host("box");
      var other = world.host("twin");
      other.shareJournal(host);
      box = stage(host, this::onEvent, this::restart);
      twin = stage(other, () -> {}, () -> {});
      operator = new RolloutOperator(world, box, book, kinds.subList(1, kinds.size()));
    }

    private List<Kind> kinds() {
      var kinds = new ArrayList<Kind>();
      kinds.add(new Kind("v0", 1, Temper.EVEN));
      var tempers = Temper.values();
      for (var i = 1; i <= CANDIDATES; i++) {
        // Two of five are good, so that something is promoted.
        var temper =
            world.faults().nextInt(5) < 2
                ? Temper.EVEN
                : tempers[1 + world.faults().nextInt(tempers.length - 1)];
        kinds.add(new Kind("v" + i, 1 + 2L * i, temper));
      }
      return kinds;
    }

    private RolledStage stage(Host host, Runnable atEvent, Runnable atEnd) {
      var spec =
          new NodeSpec(
              2,
              EngineFaults.none(Duration.ofMillis(3)),
              TraceSettings.of(List.of(Retention.of("default", 8 << 20, Duration.ofDays(30)))),
              SessionRules.from(Node.config(2)),
              SessionClient.SIGNALS,
              Duration.ofMillis(100),
              Optional.empty(),
              new BufferBook(host.name() + "'s buffer", findings));
      return new RolledStage(host, spec, book, FRAME_EVERY, TERMS, atEvent, atEnd);
    }

    void run() {
      world.note("candidates: " + book.kinds());
      box.site().boot();
      box.start();
      twin.start();
      operator.start();
      if (killedAt.isEmpty()) {
        planFault();
      }
      world.pass(TROUBLE);
      isQuiet = true;
      world.note("the trouble ends");
      operator.end();
      twin.site().kill();
      box.site().host().slowJournal(1);
      settle();
      world.pass(QUIET);
      box.end();
      twin.end();
      world.pass(QUIET);
      box.site().checkEnded();
    }

    /** Lets the rollout under way end, be it one whose start is on its way. */
    private void settle() {
      world.pass(QUIET);
      var end = world.time().plus(OVER_WITHIN);
      while (!operator.isOver() && world.time().compareTo(end) < 0) {
        world.pass(LOOK_EVERY);
        operator.endPause();
      }
    }

    private void planFault() {
      var pause = (long) (FAULT_EVERY.toNanos() * world.faults().nextExponential());
      world.after(
          Duration.ofNanos(pause),
          () -> {
            if (!isQuiet) {
              fault();
              planFault();
            }
          });
    }

    private void fault() {
      var random = world.faults();
      switch (random.nextInt(10)) {
        case 0, 1 -> box.site().kill();
        case 2 -> box.site().powerOff();
        case 3 -> box.site().host().slowJournal(1 + random.nextInt(30));
        case 4, 5 -> handOver();
        default -> operator.interfere();
      }
    }

    /** A second process begins while the first one is still there, and ends after the next does. */
    private void handOver() {
      if (twin.site().host().isUp()) {
        return;
      }
      twin.site().boot();
      world.after(millis(200 + world.faults().nextInt(2_000)), box.site()::kill);
      world.after(millis(3_000 + world.faults().nextInt(1_500)), twin.site()::kill);
    }

    private void onEvent() {
      events++;
      var isNow =
          killedAt.isPresent()
              ? events == killedAt.getAsInt()
              : !isQuiet && world.faults().nextDouble() < KILLED_AT_EVENT;
      if (isNow) {
        box.site().kill();
      }
    }

    private void restart() {
      world.after(millis(10 + world.faults().nextInt(600)), box.site()::boot);
    }
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
