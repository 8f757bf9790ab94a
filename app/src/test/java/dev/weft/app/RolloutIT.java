package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.json.Json;
import dev.weft.supervisor.evidence.EvidenceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft rollout} on a {@code weft run} of the same process. */
@Timeout(90)
class RolloutIT {

  private static final String FOREVER = "forever";
  private static final String LOAD_WATCH = "weft.fabric.load.enabled";

  @TempDir private Path home;
  private Path manifests = Path.of("");
  private Path folder = Path.of("");

  /** Whatever else the machine does, candidates get their turn. */
  @BeforeAll
  static void watchNoLoad() {
    System.setProperty(LOAD_WATCH, "off");
    ConfigFactory.invalidateCaches();
  }

  @AfterAll
  static void watchLoadAgain() {
    System.clearProperty(LOAD_WATCH);
    ConfigFactory.invalidateCaches();
  }

  @BeforeEach
  void write() throws IOException {
    manifests = Files.createDirectory(home.resolve("m"));
    folder = home.resolve("rollouts");
    Manifests.classifying(manifests);
    Manifests.input(home);
  }

  /** A test that fails leaves its run behind. */
  @AfterEach
  void stopWhatRuns() {
    Cli.run(home, "ctl", "stop");
  }

  @Test
  void anEqualCandidateIsPromotedAndItsEvidenceReadsBack() throws IOException {
    var running = start();
    assertEquals(
        "rollout 1 of classify from plain to again: loading the candidate\n",
        done("start", rollout("again", "5%")));
    awaitPhase(running, "HEALTHY");

    var status = done("status", "classify");
    assertTrue(status.startsWith("rollout 1 of classify from plain to again: promoted: "), status);
    var history = done("history", "classify");
    assertTrue(
        history.lines().anyMatch(line -> line.matches(" *1 +plain +again +HEALTHY.*")), history);
    var report =
        done("report", evidence(1).toString(), "--html", home.resolve("p.html").toString());
    assertTrue(report.contains(" completed "), report);
    var page = Files.readString(home.resolve("p.html"));
    assertTrue(page.contains("<span class=\"good\">Promoted.</span>"), page);
    assertTrue(page.contains("plain.onnx"), page);
    var last = EvidenceFiles.read(evidence(1)).getLast();
    assertTrue(done("verify", folder.resolve("evidence")).endsWith(last.hash() + "\n"));
    assertTrue(page.contains(last.hash()), page);

    var ended = stop(running);
    assertEquals(0L, ended.get("failed"));
    assertEquals(0L, ended.get("dropped"));
  }

  @Test
  void aWrongCandidateIsRolledBackAndNeverAnswers() throws IOException {
    var running = start();
    done("start", rollout("swapped", "5%"));
    awaitPhase(running, "DEGRADED");

    var history = done("history", "classify");
    assertTrue(history.contains("GATE_FAILED: shadow error"), history);
    assertTrue(history.contains("'logits'"), history);
    var loaded = Cli.run(home, "ctl", "status").out();
    assertTrue(loaded.contains("plain"), loaded);
    stop(running);
  }

  @Test
  void whatIsPromotedRunsInTheNextProcessToo() throws IOException {
    var first = start();
    done("start", rollout("again", "5%"));
    awaitPhase(first, "HEALTHY");
    stop(first);

    var second = start();
    awaitPhase(second, "HEALTHY");
    while (!Cli.run(home, "ctl", "status").out().contains("again")) {
      awaitNot(second);
    }

    var swap = Cli.run(home, "ctl", "swap", "classify", "plain", "--accept-risk", "it burns");
    assertEquals(1, swap.code());
    assertTrue(swap.err().contains("(expected: 'weft rollout undo classify'"), swap.err());
    var undone = done("undo", "classify", "--reason", "callers complain");
    assertTrue(undone.contains("rolled back: ABORTED: callers complain"), undone);
    while (!Cli.run(home, "ctl", "status").out().contains("plain")) {
      awaitNot(second);
    }
    stop(second);
  }

  @Test
  void anOperatorPausesResumesAndTakesBack() throws IOException {
    var running = start();
    done("start", rollout("again", "90%"));
    var paused = done("pause", "classify", "--reason", "market day");
    assertTrue(paused.contains(": paused at shadow: market"), paused);
    awaitPhase(running, "PAUSED");
    refused("under way", "start", rollout("again", "5%"));
    var swap = Cli.run(home, "ctl", "swap", "classify", "swapped", "--accept-risk", "it burns");
    assertEquals(1, swap.code());
    assertTrue(swap.err().contains("'weft rollout abort classify' ends it"), swap.err());
    refused("'nosuch': no step runs it (expected: one of classify)", "pause", "nosuch");
    refused("'nosuch': no step runs it (expected: one of classify)", "status", "nosuch");
    done("resume", "classify");
    awaitPhase(running, "PROGRESSING");
    refused("or the risk accepted with a reason", "promote", "classify");
    var aborted = done("abort", "classify", "--reason", "enough");
    assertTrue(aborted.contains("rolled back: ABORTED: enough"), aborted);
    var again = done("abort", "classify", "--reason", "once more");
    assertTrue(
        again.matches(".* had been rolled back already, at 20[^ ]+Z: ABORTED: enough\n"), again);
    stop(running);

    var report = done("report", evidence(1).toString());
    assertTrue(report.contains("market day"), report);
  }

  @Test
  void aSwapWithoutEvidenceNeedsAReasonThatIsKept() throws IOException {
    var running = start();
    var refused = Cli.run(home, "ctl", "swap", "classify", "again");
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("no evidence (expected: a rollout, or --accept-risk)"));
    var swapped = Cli.run(home, "ctl", "swap", "classify", "again", "--accept-risk", "it burns");
    assertEquals(0, swapped.code(), swapped.err());
    assertTrue(Files.readString(folder.resolve("evidence/swaps.jsonl")).contains("it burns"));
    stop(running);
  }

  @Test
  void badInputIsNamed() throws IOException {
    refused("no weft is running here", "status");
    var running = start();
    refused("nothing.yaml: not there (expected: a rollout's manifest)", "start", "nothing.yaml");
    var broken = Files.writeString(manifests.resolve("broken.yaml"), rolloutText("nosuch", "5%"));
    refused("broken.yaml:", "start", broken.toString());
    Files.delete(broken);
    refused("nothing is denied", "lift-denial", "classify", "--reason", "why not");
    refused("evidence/none.jsonl: not there", "report", folder.resolve("evidence/none.jsonl"));
    stop(running);
  }

  @Test
  void aStepOnTrialIsOneLineOfTheStatusWithTheCandidateBesideIt() throws IOException {
    var running = start();
    var slow = rolloutText("again", "5%").replace("dwell: 200ms", "dwell: 30min");
    done("start", Files.writeString(manifests.resolve("rollout.yaml"), slow));
    var status = Cli.run(home, "ctl", "status").out();
    while (!status.contains("on trial: answers 0 %, both run on 100 %")) {
      awaitNot(running);
      status = Cli.run(home, "ctl", "status").out();
    }
    var steps = status.lines().filter(line -> line.matches(" *classify +classify .*")).toList();
    assertEquals(1, steps.size(), status);
    assertTrue(steps.getFirst().contains(" plain    again on trial: "), status);
    stop(running);
  }

  @Test
  void evidenceThatWasEditedIsFoundAndTheNextProcessGoesOnBesideIt() throws IOException {
    var first = start();
    done("start", rollout("again", "90%"));
    done("pause", "classify", "--reason", "market day");
    stop(first);
    Files.writeString(evidence(1), Files.readString(evidence(1)).replace("market day", "a fair"));

    var found = rollouts("verify", evidence(1));
    assertEquals(1, found.code());
    assertTrue(
        found.out().matches("classify-1.jsonl: line [0-9]+: hash: .* \\(expected: .*\\)\n"),
        found.out());

    var second = start();
    awaitPhase(second, "PAUSED");
    while (!done("status", "classify").contains("the evidence goes on in classify-1.2.jsonl")) {
      awaitNot(second);
    }
    stop(second);
    assertTrue(Files.readString(evidence(1)).contains("a fair"));
    assertTrue(Files.readString(folder.resolve("evidence/classify-1.2.jsonl")).contains("PAUSED"));
  }

  @Test
  void aProcessWithoutRolloutsSaysHowToHaveThem() {
    var running = run("--repeat", FOREVER);
    awaitFrames(running);
    refused("--rollouts", "status");
    stop(running);
  }

  private Path rollout(String candidate, String share) throws IOException {
    return Files.writeString(manifests.resolve("rollout.yaml"), rolloutText(candidate, share));
  }

  private static String rolloutText(String candidate, String share) {
    return """
    apiVersion: weft/v1
    kind: Rollout
    name: other-scores
    summary: Puts another model in place.
    owner: tests@example.org
    stage: classify
    candidate: %s
    steps: [shadow, %s, 100%%]
    dwell: 200ms
    evidence: {samplesMin: 100}
    limits:
      outputs: [{tensor: logits, metric: relative-l2, above: 0.1, share: 20%%}]
    drift: {watch: 1s, compared: 50%%}
    """
        .formatted(candidate, share);
  }

  private Path evidence(int number) {
    return folder.resolve("evidence/classify-%d.jsonl".formatted(number));
  }

  private CompletableFuture<Cli.Ended> start() {
    var running = run("--repeat", FOREVER, "--rollouts", folder.toString());
    awaitFrames(running);
    return running;
  }

  private CompletableFuture<Cli.Ended> run(String... more) {
    var args =
        new ArrayList<>(
            List.of("run", manifests.resolve("answer.yaml").toString(), "--json", "--input"));
    args.add("features=" + home.resolve("x.json"));
    args.addAll(List.of(more));
    var running = new CompletableFuture<Cli.Ended>();
    Thread.ofPlatform().start(() -> running.complete(Cli.run(home, args.toArray(String[]::new))));
    return running;
  }

  /** Ends the run, and gives its summary. */
  private Map<String, Object> stop(CompletableFuture<Cli.Ended> running) {
    Cli.run(home, "ctl", "stop");
    var ended = running.join();
    return Json.readObject(ended.out().lines().toList().getLast());
  }

  private String done(Object... args) {
    var ended = rollouts(args);
    assertEquals(0, ended.code(), ended.err());
    return ended.out();
  }

  private void refused(String message, Object... args) {
    var ended = rollouts(args);
    assertEquals(1, ended.code(), ended.out());
    assertTrue(ended.err().contains(message), ended.err());
  }

  private Cli.Ended rollouts(Object... args) {
    var all = new ArrayList<>(List.of("rollout"));
    for (var each : args) {
      all.add(each.toString());
    }
    return Cli.run(home, all.toArray(String[]::new));
  }

  private void awaitPhase(CompletableFuture<Cli.Ended> running, String phase) {
    while (!rollouts("status", "classify", "--json").out().contains("\"" + phase + "\"")) {
      awaitNot(running);
    }
  }

  private void awaitFrames(CompletableFuture<Cli.Ended> running) {
    while (!Cli.run(home, "ctl", "status").out().contains("answer")) {
      awaitNot(running);
    }
  }

  /** Waits on the run itself, so that one that ends early is told with its reason. */
  private static void awaitNot(CompletableFuture<Cli.Ended> running) {
    try {
      var ended = running.get(20, TimeUnit.MILLISECONDS);
      throw new AssertionError("the run ended: " + ended);
    } catch (TimeoutException e) {
      // It still runs.
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
