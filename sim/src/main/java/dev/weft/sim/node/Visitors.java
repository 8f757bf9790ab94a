package dev.weft.sim.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.sim.invariant.Conservation;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.OwnAnswer;
import dev.weft.sim.node.RolloutLife.Asked;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Many sessions that submit frames to one pipeline, and see by which variant they are answered. */
final class Visitors {

  private static final Duration LATE_MAX = Duration.ofMillis(60);

  /** Inputs lie above this, so that what variants add is little beside them. */
  private static final int BASE = 4_096;

  private static final String STEP = "s1";

  /** Where frames go in the present life. */
  private record Lead(Node node, Pipeline pipeline, RolloutLife life) {}

  private final RolloutBook book;
  private final String name;
  private final Duration every;
  private final Map<Long, Asked> pending = new TreeMap<>();
  private final Map<String, Long> answers = new TreeMap<>();
  private Optional<Lead> lead = Optional.empty();
  private boolean isEnding;

  /**
   * @param name of the pipeline
   * @param every time between two frames, on average
   */
  Visitors(RolloutBook book, String name, Duration every) {
    this.book = book;
    this.name = name;
    this.every = every;
  }

  /** The number of the frame that a model was given. */
  static long frame(float... input) {
    return (long) (input[0] - BASE) / SimulatedEngine.COLUMNS;
  }

  void start() {
    var pause = (long) (every.toNanos() * book.world().load().nextExponential());
    book.world()
        .after(
            Duration.ofNanos(pause),
            () -> {
              if (!isEnding) {
                lead.ifPresent(this::submit);
                start();
              }
            });
  }

  void end() {
    isEnding = true;
  }

  void lead(Node node, Pipeline pipeline, RolloutLife life) {
    lead = Optional.of(new Lead(node, pipeline, life));
  }

  void lost() {
    lead = Optional.empty();
    pending.clear();
  }

  private void submit(Lead to) {
    var session = "visitor-" + book.world().load().nextInt(book.sessions());
    var share = to.pipeline().switches().trial(STEP).map(TrialShare::answers).orElse(0);
    var asked = to.life().asked(name, session, share);
    var input = new float[SimulatedEngine.COLUMNS];
    for (var i = 0; i < input.length; i++) {
      input[i] = BASE + asked.frame() * SimulatedEngine.COLUMNS + i;
    }
    var tensor = to.node().tensors().allocate(Datatype.FP32, Shape.of(1, input.length));
    tensor.copyFromFloats(input);
    pending.put(asked.frame(), asked);
    var answer = to.pipeline().submit(Request.of("x", tensor).with("session", session));
    var _ = answer.whenComplete((told, failure) -> onAnswer(to, asked, input, told, failure));
  }

  private void onAnswer(
      Lead of, Asked asked, float[] input, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer == null) {
      book.findings().add(Conservation.NAME, "%s: ended with %s".formatted(asked.name(), failure));
      return;
    }
    try (answer) {
      if (pending.remove(asked.frame()) == null) {
        book.findings().add(Conservation.NAME, asked.name() + ": answered twice, or too late");
        return;
      }
      if (answer instanceof Answer.Completed done) {
        onCompleted(of, asked, input, done.output("y").toFloats());
      } else {
        answers.merge(answer.getClass().getSimpleName(), 1L, Long::sum);
      }
    }
    checkWait(of, asked);
  }

  private void onCompleted(Lead of, Asked asked, float[] input, float[] answer) {
    var expected = new ArrayList<float[]>();
    Optional<String> by = Optional.empty();
    for (var kind : book.kinds()) {
      for (var each : possible(kind, input)) {
        expected.add(each);
        by = each[0] == answer[0] ? Optional.of(kind.name()) : by;
      }
    }
    var broken =
        Float.isNaN(answer[0]) ? of.life().brokenBy(asked.frame()) : Optional.<String>empty();
    book.findings().addAll(OwnAnswer.check(asked.name(), answer, expected, broken.isPresent()));
    by.or(() -> broken)
        .ifPresent(
            variant -> {
              answers.merge(variant, 1L, Long::sum);
              of.life().answered(asked, variant);
            });
  }

  private static List<float[]> possible(RolloutBook.Kind kind, float[] input) {
    var right = SimulatedEngine.answer(kind.plus(), input);
    return kind.temper() == Temper.WRONG
        ? List.of(right, SimulatedEngine.negated(right))
        : List.of(right);
  }

  private void checkWait(Lead of, Asked asked) {
    var waited = Duration.ofNanos(book.world().nanos() - asked.at());
    var most = of.pipeline().manifest().deadline().plus(LATE_MAX);
    book.findings().addAll(Liveness.check(asked.name(), waited, most));
  }

  /** Looks at the frames that wait and at the pipeline's books. */
  void check() {
    lead.ifPresent(
        to -> {
          pending.values().forEach(asked -> checkWait(to, asked));
          var counters = to.pipeline().counters();
          book.findings()
              .addAll(
                  Conservation.check(
                      name,
                      new Conservation.Counts(
                          counters.offeredCount(),
                          counters.completedCount(),
                          counters.droppedCount(),
                          counters.failedCount(),
                          to.pipeline().inFlight())));
        });
  }

  /** As {@link #check}, when no frame may be inside any more. */
  void checkEnded() {
    check();
    lead.ifPresent(
        to -> {
          var isEmpty = pending.isEmpty() && to.pipeline().inFlight() == 0;
          book.findings()
              .addAll(
                  Liveness.check(
                      "%d frames inside %s".formatted(to.pipeline().inFlight(), name),
                      isEmpty ? Duration.ZERO : Duration.ofDays(1),
                      Duration.ZERO));
        });
    book.world().note("%s: %s".formatted(name, answers));
  }
}
