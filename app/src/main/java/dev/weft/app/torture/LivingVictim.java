package dev.weft.app.torture;

import dev.weft.app.home.WeftJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A victim's process, and all it says. For one thread, but for {@link #kill()}. */
final class LivingVictim {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int KILLED = 128 + 9;
  private static final int INTERRUPTED = 128 + 2;
  private static final int TERMINATED = 128 + 15;
  private static final int LOG_LINES = 20;

  private final VictimFolder folder;
  private final Process process;
  private final Thread reader;
  private final Semaphore acknowledged = new Semaphore(0);
  private volatile @Nullable RuntimeException misread;

  /**
   * Starts it.
   *
   * @param ledger takes what it says; nobody else's until {@link #bury} has returned
   */
  LivingVictim(VictimFolder folder, long life, Ledger ledger) throws IOException {
    this.folder = folder;
    this.process =
        new ProcessBuilder(command(folder, life))
            .redirectError(Redirect.appendTo(folder.log().toFile()))
            .start();
    this.reader = new Thread(() -> listen(ledger), "victim-" + life);
    reader.start();
  }

  private static List<String> command(VictimFolder folder, long life) {
    var command = WeftJvm.command(List.of("-Xmx256m"), Victim.class.getName());
    command.addAll(List.of(folder.folder().toString(), Long.toString(life)));
    return command;
  }

  private void listen(Ledger ledger) {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var said = Said.of(line);
        said.ifPresent(ledger::add);
        if (said.isPresent() && !(said.get() instanceof Said.Asked)) {
          acknowledged.release();
        }
      }
    } catch (IOException e) {
      misread = new UncheckedIOException(e);
    } catch (RuntimeException e) {
      misread = e;
    }
  }

  /**
   * Kills it when the plan says so, and reads what it had said.
   *
   * @return what went wrong before, in words; empty if nothing did
   */
  String bury(KillPlan plan) throws IOException, InterruptedException {
    var inTime = await(plan);
    kill();
    process.waitFor();
    reader.join();
    if (misread != null) {
      return "cannot be understood: " + misread;
    }
    if (process.exitValue() != KILLED) {
      return "victim ended by itself with exit code %d (expected: to be killed); its log ends:%n%s"
          .formatted(process.exitValue(), log());
    }
    return inTime
        ? ""
        : "victim acknowledged fewer than %d in %s; its log ends:%n%s"
            .formatted(plan.acknowledgements(), PATIENCE, log());
  }

  private boolean await(KillPlan plan) throws InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    for (var left = plan.acknowledgements(); left > 0; left--) {
      while (!acknowledged.tryAcquire(100, TimeUnit.MILLISECONDS)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          return false;
        }
      }
    }
    if (plan.acknowledgements() == 0) {
      process.waitFor(plan.after().toMillis(), TimeUnit.MILLISECONDS);
    } else {
      LockSupport.parkNanos(plan.after().toNanos());
    }
    return true;
  }

  private String log() throws IOException {
    var lines = Files.readAllLines(folder.log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  /** Whether somebody else ended it, as Ctrl-C does to a whole group of processes. */
  boolean wasInterrupted() {
    return process.exitValue() == INTERRUPTED || process.exitValue() == TERMINATED;
  }

  /** Ends it at once, with SIGKILL. */
  void kill() {
    process.toHandle().destroyForcibly();
  }
}
