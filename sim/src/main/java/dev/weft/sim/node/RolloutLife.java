package dev.weft.sim.node;

import dev.weft.sim.invariant.LeastEvidence;
import dev.weft.sim.invariant.NotAfterFault;
import dev.weft.sim.invariant.OneInCharge;
import dev.weft.sim.invariant.Violation;
import dev.weft.sim.invariant.WithinShare;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutState;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one process was told of a stage's rollouts, and what its models ran: holds each verdict and
 * each answer against that.
 */
final class RolloutLife implements RolloutListener {

  /**
   * A frame that was submitted.
   *
   * @param at virtual time, in nanoseconds
   * @param share of sessions that the candidate of the moment answers, by the pipeline's switches
   */
  record Asked(long frame, String name, String session, long at, int share, String rollout) {}

  private record Told(long since, RolloutState state) {}

  private final RolloutBook book;
  private final String process;
  private final long epoch;
  private final Runnable atEvent;
  private final List<Told> told = new ArrayList<>();
  private final Map<String, Long> runs = new HashMap<>();
  private final Map<Long, Boolean> brokenByFrame = new HashMap<>();
  private final Map<Long, String> breakers = new HashMap<>();
  private final Map<Long, Long> faultSeen = new HashMap<>();

  /**
   * What a replaced variant answered under the watch. It takes over from a promoted one that fails
   * before the journal has that; so what comes next says whether it was right.
   */
  private final List<Violation> ofReplaced = new ArrayList<>();

  /**
   * @param atEvent is run at each durable event, before anybody acts on it
   */
  RolloutLife(RolloutBook book, String machine, long epoch, Runnable atEvent) {
    this.book = book;
    this.process = "%s, epoch %d".formatted(machine, epoch);
    this.epoch = epoch;
    this.atEvent = atEvent;
  }

  @Override
  public void happened(List<RolloutEvent> events, RolloutState after) {
    told.add(new Told(book.world().nanos(), after));
    var highest = book.told(after);
    for (var event : events) {
      book.world().note("%s: %s, %s".formatted(process, label(event), after.phase()));
      if (isControllers(event)) {
        book.findings().addAll(OneInCharge.check(label(event), epoch, after.epoch(), highest));
      }
      look(event, after);
    }
    atEvent.run();
  }

  @Override
  public void stands(RolloutState state, Judgement judgement, Instant at) {}

  private static String label(RolloutEvent event) {
    var name = event.getClass().getSimpleName();
    return switch (event) {
      case RolloutEvent.RolledBack back -> "%s (%s)".formatted(name, back.cause());
      case RolloutEvent.Started started -> "%s (%s)".formatted(name, started.plan().candidate());
      case RolloutEvent.StepEntered entered -> "%s %d".formatted(name, entered.step());
      case RolloutEvent.StepJudged judged ->
          "%s (%s)".formatted(name, judged.judgement().verdict());
      default -> name;
    };
  }

  /** Whether only a controller brings it about, and no operator. */
  private static boolean isControllers(RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.ControllerTook _,
          RolloutEvent.Loading _,
          RolloutEvent.Loaded _,
          RolloutEvent.CrashBlamed _,
          RolloutEvent.Denied _,
          RolloutEvent.StepJudged _ ->
          true;
      case RolloutEvent.Started _,
          RolloutEvent.StepEntered _,
          RolloutEvent.Paused _,
          RolloutEvent.Resumed _,
          RolloutEvent.Promoted _,
          RolloutEvent.Completed _,
          RolloutEvent.RolledBack _,
          RolloutEvent.DenialLifted _ ->
          false;
    };
  }

  private void look(RolloutEvent event, RolloutState after) {
    switch (event) {
      case RolloutEvent.Loaded _ -> runs.clear();
      case RolloutEvent.StepEntered entered when entered.attempt() == 1 -> runs.clear();
      case RolloutEvent.StepJudged judged when judged.judgement().verdict() == Verdict.PASS -> {
        var course = after.course().orElseThrow();
        var seen = runs.getOrDefault(course.plan().candidate(), 0L);
        var step = "%s, step %d".formatted(rollout(course), judged.step());
        book.findings().addAll(LeastEvidence.check(step, seen, book.leastRuns()));
      }
      case RolloutEvent.RolledBack _ -> ofReplaced.clear();
      case RolloutEvent.Completed _ -> {
        book.findings().addAll(ofReplaced);
        ofReplaced.clear();
        var past = after.past().getLast();
        if (past.isOnEvidence()) {
          var candidate = book.kind(past.candidate());
          book.findings().addAll(LeastEvidence.check(candidate.name(), candidate.mayPass()));
        }
      }
      default -> {
        // Says nothing that could be wrong.
      }
    }
  }

  /** A model ran a frame to its end. */
  void ran(String variant, long frame, boolean isBroken) {
    runs.merge(variant, 1L, Long::sum);
    if (isBroken) {
      breakers.put(frame, variant);
    }
    var other = brokenByFrame.put(frame, isBroken);
    if (other != null && (other || isBroken)) {
      // Both have run it, so they are compared now.
      underTrial().ifPresent(course -> faultSeen.putIfAbsent(course.number(), now()));
    }
  }

  /** The variant that gave what is no number for a frame. */
  Optional<String> brokenBy(long frame) {
    return Optional.ofNullable(breakers.get(frame));
  }

  private Optional<Course> underTrial() {
    return told.isEmpty()
        ? Optional.empty()
        : told.getLast().state().course().filter(_ -> isBeforePromotion(told.getLast().state()));
  }

  /** Takes note of a frame that is about to be submitted. */
  Asked asked(String pipeline, String session, int share) {
    var frame = book.nextFrame();
    return new Asked(
        frame,
        "frame %s %d on %s".formatted(pipeline, frame, process),
        session,
        now(),
        share,
        underTrial().map(RolloutLife::rollout).orElse(""));
  }

  /** A frame was answered by {@code variant}. */
  void answered(Asked asked, String variant) {
    var findings = book.findings();
    var found = WithinShare.check(asked.name(), variant, granted(asked.at()));
    if (isReplaced(asked.at(), variant)) {
      ofReplaced.addAll(found);
    } else {
      findings.addAll(found);
    }
    for (var state : statesAt(asked.at())) {
      var course = state.course();
      if (course.isPresent()
          && isBeforePromotion(state)
          && course.get().plan().candidate().equals(variant)) {
        var seenAt = faultSeen.getOrDefault(course.get().number(), Long.MAX_VALUE);
        findings.addAll(NotAfterFault.check(asked.name(), asked.at(), seenAt));
      }
    }
    if (asked.share() > 0 && !asked.rollout().isEmpty()) {
      var isCandidates = asked.rollout().endsWith(" " + variant);
      book.shared(asked.rollout(), asked.session(), asked.share(), isCandidates);
    }
  }

  /** Whether {@code variant} is what a promoted one replaced, and was watched against. */
  private boolean isReplaced(long at, String variant) {
    return statesAt(at).stream()
        .filter(state -> state.phase() == Phase.WATCHING)
        .flatMap(state -> state.course().stream())
        .anyMatch(course -> course.stable().equals(variant));
  }

  /** The variants that might answer a frame that came {@code at} that time. */
  private Set<String> granted(long at) {
    var granted = new TreeSet<>(Set.of(book.first()));
    for (var state : statesAt(at)) {
      var course = state.course();
      state.current().or(() -> course.map(Course::stable)).ifPresent(granted::add);
      if (course.isPresent() && isBeforePromotion(state) && answers(course.get())) {
        granted.add(course.get().plan().candidate());
      }
    }
    return granted;
  }

  private static boolean answers(Course course) {
    return course.load() == Course.Load.DONE && course.attempt() > 0 && course.now().answers() > 0;
  }

  /** More than one if it changed at that time. */
  private List<RolloutState> statesAt(long at) {
    var states = new ArrayList<RolloutState>();
    for (var i = 0; i < told.size(); i++) {
      var isOver = i + 1 < told.size() && told.get(i + 1).since() < at;
      if (told.get(i).since() <= at && !isOver) {
        states.add(told.get(i).state());
      }
    }
    return states;
  }

  private static boolean isBeforePromotion(RolloutState state) {
    return state.phase() == Phase.PROGRESSING || state.phase() == Phase.PAUSED;
  }

  private static String rollout(Course course) {
    return "rollout %d to %s".formatted(course.number(), course.plan().candidate());
  }

  private long now() {
    return book.world().nanos();
  }
}
