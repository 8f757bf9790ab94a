package dev.weft.app.demo;

import dev.weft.app.console.Console;
import dev.weft.app.control.ControlRequest;
import dev.weft.app.control.ControlRequest.Rollout.Verb;
import dev.weft.app.rollout.RolloutPrint;
import dev.weft.app.rollout.RunningRollouts;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Three rollouts of one stage under load, one after another: a good candidate, one that is subtly
 * wrong, and a slow one.
 */
public final class RolloutDemo {

  private static final String STAGE = "embedding";
  private static final int SESSIONS = 200;

  /** A caller's pause after an answer, in times of what the answer took. */
  private static final int PAUSES = 3;

  private static final long TENSOR_BYTES = 256L << 20;
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private static final String MANIFEST =
      """
      apiVersion: weft/v1
      kind: Rollout
      name: %1$s
      summary: The demo's %1$s in place of what runs.
      owner: language@kiosk.example
      stage: embedding
      candidate: %1$s
      steps: [%2$s]
      dwell: 2s
      giveUpAfter: 5min
      whenInconclusive: rollBack
      evidence: {samplesMin: 100, sessionsMin: 20, samplesMax: 20000}
      limits:
        tailLatency: {quantile: 0.9, ratio: 1.5}
      %3$s  outputs:
          - {tensor: last_hidden_state, metric: relative-l2, above: 0.2, share: 5%%}
      drift: {watch: 15s, compared: 50%%}
      """;

  /** What is tried, and how it should end. */
  private record Act(String candidate, String steps, boolean limitsCpu, Past.Outcome expected) {
    String manifest() {
      return MANIFEST.formatted(candidate, steps, limitsCpu ? "  cpu: {ratio: 1.1}\n" : "");
    }
  }

  private static final List<Act> ACTS =
      List.of(
          new Act(Candidates.GOOD, "shadow, 10%, 50%, 100%", true, Past.Outcome.HEALTHY),
          new Act(Candidates.SKEWED, "shadow, 10%, 50%, 100%", true, Past.Outcome.DEGRADED),
          // Processor time would give it away in the shadow; here it gets as far as callers.
          new Act(Candidates.SLOW, "shadow, 10%, 50%, 100%", false, Past.Outcome.DEGRADED));

  private final Console console;
  private final Weft weft;
  private final Pipeline pipeline;
  private final RunningRollouts rollouts;
  private final List<String> sentences;
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();

  public RolloutDemo(
      Console console,
      Weft weft,
      Pipeline pipeline,
      RunningRollouts rollouts,
      List<String> sentences) {
    this.console = console;
    this.weft = weft;
    this.pipeline = pipeline;
    this.rollouts = rollouts;
    this.sentences = List.copyOf(sentences);
  }

  /**
   * Copies the example to {@code work} and makes the candidates there.
   *
   * @param tool version of what makes them
   */
  public static void prepare(Path example, Path work, String tool) throws IOException {
    Files.createDirectories(work.resolve("models"));
    try (var files = Files.walk(example)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var copy = work.resolve(example.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    try (var tensors = new TensorPool(TENSOR_BYTES, TensorPool.LeakTracing.OFF)) {
      new Candidates(work, work.resolve("embedding.yaml"))
          .make(work.resolve("models/all-minilm-l6-v2.onnx"), tensors, tool);
    }
  }

  /**
   * Goes through all three.
   *
   * @param folder where the stage's manifest stands; the rollouts' are written beside it
   * @param callers at once
   * @return whether each ended as it should, and every frame was answered
   */
  public boolean run(Path folder, int callers) throws IOException, InterruptedException {
    var isOver = new AtomicBoolean();
    var ended = new ArrayList<Past>();
    try (var pool = Executors.newFixedThreadPool(callers)) {
      for (var caller = 0; caller < callers; caller++) {
        pool.submit(() -> feed(isOver));
      }
      try {
        for (var act : ACTS) {
          ended.add(play(folder, act));
        }
      } finally {
        isOver.set(true);
      }
    }
    return tell(ended);
  }

  private Past play(Path folder, Act act) throws IOException, InterruptedException {
    var manifest = folder.resolve("rollout-" + act.candidate() + ".yaml");
    Files.writeString(manifest, act.manifest());
    console.line("");
    console.line(String.valueOf(rollouts.start(manifest).get("done")));
    // A manifest of a rollout that is over would be declared twice beside the next.
    Files.move(manifest, folder.resolve("rollout-" + act.candidate() + ".yaml.done"));
    var print = new RolloutPrint(console);
    while (true) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      var state = rollouts.rollouts().report(STAGE).join().state();
      if (console.isLive() || !state.isActive()) {
        print.status(rollouts.answer(request()), true);
      }
      if (!state.isActive()) {
        return last(state);
      }
    }
  }

  private static ControlRequest.Rollout request() {
    return new ControlRequest.Rollout(Verb.STATUS, Optional.of(STAGE), Optional.empty());
  }

  private static Past last(RolloutState state) {
    return state.past().getLast();
  }

  private void feed(AtomicBoolean isOver) {
    while (!isOver.get()) {
      var number = frames.getAndIncrement();
      var sentence = sentences.get((int) (number % sentences.size()));
      var input = weft.tensors().strings(List.of(sentence));
      var request = Request.of("sentence", input).with("session", "visitor-" + number % SESSIONS);
      try (var answer = pipeline.run(request)) {
        unanswered.addAndGet(answer instanceof Answer.Completed ? 0 : 1);
        // What runs in the shadow needs gaps: without any it would be passed over.
        LockSupport.parkNanos(PAUSES * answer.timings().total().toNanos());
      }
    }
  }

  private boolean tell(List<Past> ended) {
    console.line("");
    var rows = new ArrayList<List<String>>();
    var isRight = unanswered.get() == 0;
    for (var i = 0; i < ended.size(); i++) {
      var past = ended.get(i);
      isRight &= past.outcome() == ACTS.get(i).expected();
      rows.add(
          List.of(
              past.candidate(),
              past.outcome().name(),
              ACTS.get(i).expected().name(),
              past.step(),
              past.why()));
    }
    console.table(List.of("candidate", "outcome", "expected", "last step", "why"), rows);
    console.line("");
    console.line("%d frames meanwhile, %d not answered".formatted(frames.get(), unanswered.get()));
    return isRight;
  }
}
