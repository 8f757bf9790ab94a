package dev.weft.stages.process;

import static dev.weft.stages.process.ProcessFixture.SETTINGS;
import static dev.weft.stages.process.ProcessFixture.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.testkit.FaultFactory.Fault;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProcessFaultsTest {

  @TempDir private Path folder = Path.of(".");

  @Test
  void aNativeCrashCostsExactlyOneOfFourFrames() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS.withStandby(true))) {
      fixture.awaitHealth(ProcessHealth::standbyReady);
      var runs =
          List.of(fixture.start(1), fixture.start(Fault.CRASH), fixture.start(2), fixture.start(3));
      assertEquals(2, await(runs.get(0)).first());
      var lost = await(runs.get(1)).failure().orElseThrow();
      assertEquals(ErrorCode.STAGE_CRASHED, lost.code());
      assertTrue(message(lost).contains("signal 11 (SIGSEGV) at"), lost.getMessage());
      assertEquals(4, await(runs.get(2)).first());
      assertEquals(6, await(runs.get(3)).first());
      var health = fixture.awaitHealth(ProcessHealth::standbyReady);
      assertEquals(1, health.ends());
      assertEquals(1, health.lostRuns());
    }
  }

  @Test
  void aProcessWithoutStandbyIsStartedAgain() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS)) {
      var crash = fixture.start(Fault.EXIT);
      var next = fixture.start(5);
      var lost = await(crash).failure().orElseThrow();
      assertTrue(message(lost).contains("ended with exit code 7"), lost.getMessage());
      assertEquals(10, await(next).first());
    }
  }

  @Test
  void aRunThatHangsIsLostAndItsProcessKilled() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS.withHangAfter(Duration.ofSeconds(2)))) {
      var hanging = fixture.start(Fault.HANG);
      var next = fixture.start(5);
      var lost = await(hanging).failure().orElseThrow();
      assertEquals(ErrorCode.STAGE_FAILED, lost.code());
      assertTrue(message(lost).contains("took longer than PT2S"), lost.getMessage());
      assertEquals(10, await(next).first());
      assertEquals(1, fixture.stage().health().lostRuns());
    }
  }

  @Test
  void heapUsedUpCostsOneFrame() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS)) {
      var lost = await(fixture.start(Fault.HEAP)).failure().orElseThrow();
      assertEquals(ErrorCode.STAGE_CRASHED, lost.code());
      assertTrue(message(lost).contains("out of Java heap"), lost.getMessage());
      assertEquals(4, await(fixture.start(2)).first());
    }
  }

  @Test
  void whatAStageThrowsOrAnswersWronglyEndsNoProcess() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS)) {
      var thrown = await(fixture.start(Fault.THROW)).failure().orElseThrow();
      assertEquals(ErrorCode.STAGE_FAILED, thrown.code());
      assertTrue(message(thrown).contains("thrown as asked"), thrown.getMessage());
      assertEquals(0, await(fixture.start(Fault.WRONG_SHAPE)).first());
      assertTrue(Float.isNaN(await(fixture.start(Fault.NAN)).first()));
      assertEquals(0, fixture.stage().health().ends());
    }
  }

  @Test
  void processesThatKeepEndingAreNotStartedForEver() throws Exception {
    var settings = SETTINGS.withRestarts(2, Duration.ofMinutes(10), Duration.ofMillis(1));
    try (var fixture = new ProcessFixture(settings)) {
      for (var crash = 0; crash < 3; crash++) {
        assertEquals(
            ErrorCode.STAGE_CRASHED,
            await(fixture.start(Fault.EXIT)).failure().orElseThrow().code());
      }
      var refused = fixture.start(1);
      assertTrue(refused.isDone());
      assertEquals(ErrorCode.UNAVAILABLE, await(refused).failure().orElseThrow().code());
      assertTrue(fixture.stage().health().refusing());
    }
  }

  @Test
  void startsAgainWhenTheWindowHasPassed() throws Exception {
    var settings = SETTINGS.withRestarts(1, Duration.ofMillis(1), Duration.ZERO);
    try (var fixture = new ProcessFixture(settings)) {
      for (var crash = 0; crash < 3; crash++) {
        await(fixture.start(Fault.EXIT));
        fixture.awaitHealth(health -> !health.refusing());
        assertEquals(2, await(fixture.start(1)).first());
      }
    }
  }

  @Test
  void aProcessThatLiesIsKilledAndNotBelieved() throws Exception {
    var settings = SETTINGS.withRestarts(50, Duration.ofMinutes(1), Duration.ZERO);
    try (var fixture = new ProcessFixture(settings, LyingProcess.class.getName())) {
      for (var lie : LyingProcess.Lie.values()) {
        var refused = await(fixture.start(lie.ordinal())).failure().orElseThrow();
        assertEquals(lie.expected(), refused.code(), lie + ": " + refused.getMessage());
      }
    }
  }

  @Test
  void aStandbyThatEndsIsReplaced() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS.withStandby(true))) {
      var pids = fixture.awaitHealth(ProcessHealth::standbyReady).processes();
      ProcessHandle.of(pids.getLast()).orElseThrow().destroyForcibly();
      fixture.awaitHealth(health -> health.ends() == 1);
      var health = fixture.awaitHealth(ProcessHealth::standbyReady);
      assertEquals("ended with signal 9 (SIGKILL)", health.lastEnd().orElseThrow());
      assertEquals(0, health.lostRuns());
      assertEquals(2, await(fixture.start(1)).first());
    }
  }

  /** The parent is a process of its own here, killed so that it can clean up nothing. */
  @Test
  void processesEndWithAKilledParentAndItsFilesAreSwept() throws Exception {
    var parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                ParentMain.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var output =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      var pid = Long.parseLong(output.readLine());
      assertTrue(ProcessHandle.of(pid).isPresent());
      parent.destroyForcibly().waitFor();
      ProcessFixture.awaitEnd(pid);
      var left = ProcessFixture.files(ProcessStages.FILE_PREFIX + parent.pid() + "-");
      for (var file : left) {
        StaleFiles.sweep(folder(file), Instant.now().plusSeconds(10));
      }
      assertEquals(List.of(), ProcessFixture.files(ProcessStages.FILE_PREFIX + parent.pid() + "-"));
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void filesInUseOrNewAreNotSwept() throws Exception {
    var made = Files.createFile(folder.resolve(ProcessStages.FILE_PREFIX + "1-1.region"));
    StaleFiles.sweep(folder, Instant.now().minusSeconds(5));
    assertTrue(Files.exists(made));
    Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(60)));
    StaleFiles.sweep(folder, Instant.now().minusSeconds(5));
    assertTrue(Files.notExists(made));
  }

  private static Path folder(Path file) {
    return Path.of(String.valueOf(file.getParent()));
  }

  private static String message(StageException why) {
    return String.valueOf(why.getMessage());
  }
}
