package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.console.Progress;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.running.Interrupt;
import dev.weft.app.tracing.FrameFilter;
import dev.weft.app.tracing.RecordedTrace;
import dev.weft.app.tracing.TraceCopy;
import dev.weft.app.tracing.TraceDiff;
import dev.weft.app.tracing.TraceFolder;
import dev.weft.app.tracing.TracePrint;
import dev.weft.app.tracing.TraceSummary;
import dev.weft.fabric.replay.SessionCheck;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code weft trace}: what was recorded of frames. */
@Command(
    name = "trace",
    description = "Looks into recorded frames, carries them about and checks them.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "TRACE is a file, the folder of an edge buffer, also while a process has it open, that of"
          + " received batches, or a name that 'weft trace ls' shows.",
      "",
      "Examples:",
      "  weft trace ls",
      "  weft trace show demo-20260601-120000 --limit 5",
      "  weft trace verify demo-20260601-120000",
      "  weft trace export demo-20260601-120000 visit-1.trace --session visitor-1",
      "  weft trace show /var/lib/weft/frames --from 2026-06-01T12:00:00Z",
      "  weft trace diff before.trace after.trace"
    })
final class TraceCommand implements Runnable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Console console;
  private final Home home;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Prints JSON objects.")
  private boolean isJson;

  TraceCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  @Command(description = "Lists the traces that were left on this machine.")
  int ls() {
    var rows = new ArrayList<List<String>>();
    for (var file : folder().all()) {
      try (var trace = RecordedTrace.open(file)) {
        var summary = TraceSummary.of(trace, _ -> {});
        if (isJson) {
          console.json(summary.object(file));
        }
        rows.add(
            List.of(
                name(file),
                summary.begun().map(Instant::toString).orElse("-"),
                String.valueOf(summary.frames()),
                summary.lost(),
                String.valueOf(summary.deferred()),
                Amount.bytes(size(file)),
                String.join(" ", summary.framesByPipeline().keySet())));
        summary.problems().stream()
            .findFirst()
            .ifPresent(problem -> console.note("weft: %s: %s".formatted(name(file), problem)));
      } catch (TraceException | IOException e) {
        console.note("weft: " + e.getMessage());
      }
    }
    if (!isJson) {
      console.table(
          List.of("trace", "begun", "frames", "lost", "deferred", "size", "pipelines"), rows);
    }
    return ExitCode.OK;
  }

  @Command(description = "Prints the frames of a trace: decisions, digests, answers.")
  int show(
      @Parameters(paramLabel = "TRACE", description = "The trace.") String trace,
      @Option(
              names = "--frame",
              paramLabel = "N",
              description = "Only frames of this number, with everything that is known.")
          Optional<Long> frame,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "Most frames to print. Default: ${DEFAULT-VALUE}.")
          int limit,
      @Mixin FrameOptions frames) {
    if (limit < 1) {
      throw new WrongUse("--limit: %d (expected: >= 1)".formatted(limit));
    }
    var print = new TracePrint(console, isJson);
    var filter = frames.filter();
    try (var found = RecordedTrace.open(folder().find(trace));
        var reader = found.read(filter)) {
      var left = limit;
      var seen = 0L;
      for (var next = reader.next(); next.isPresent() && left > 0; next = reader.next()) {
        var record = next.get();
        var isWanted =
            frame.isEmpty()
                || record instanceof FrameRecord one && one.number() == frame.orElseThrow();
        if (isWanted) {
          print.show(record, frame.isPresent());
          left -= record instanceof FrameRecord ? 1 : 0;
        }
        seen += record instanceof FrameRecord ? 1 : 0;
      }
      filter.requireFound(seen, found);
      if (frame.isPresent() && left == limit) {
        throw new WrongUse(
            "--frame: %d (expected: the number of one of the %d frames here)"
                .formatted(frame.get(), seen));
      }
    }
    return ExitCode.OK;
  }

  @Command(description = "Copies frames, and what they refer to, into a new trace file.")
  int export(
      @Parameters(paramLabel = "TRACE", description = "The trace.") String trace,
      @Parameters(paramLabel = "FILE", description = "A new file.") Path file,
      @Mixin FrameOptions frames) {
    var filter = frames.filter();
    try (var interrupt = new Interrupt(() -> {}, PATIENCE);
        var found = RecordedTrace.open(folder().find(trace))) {
      var copied = TraceCopy.copy(found, file, Instant.now(), filter, interrupt::isAsked);
      return done(file, copied, "exported");
    }
  }

  @Command(
      name = "import",
      description = "Checks a trace and keeps a copy among the traces of this machine, as a file.")
  int take(@Parameters(paramLabel = "TRACE", description = "The trace.") String trace) {
    var from = folder().find(trace);
    var what = name(from).replaceAll("[^A-Za-z0-9._-]", "_");
    try (var interrupt = new Interrupt(() -> {}, PATIENCE);
        var found = RecordedTrace.open(from)) {
      check(found, TraceSummary.of(found, _ -> {}));
      var kept = folder().fresh(what, Instant.now());
      if (found instanceof RecordedTrace.OfFile) {
        Files.copy(from, kept);
      } else {
        TraceCopy.copy(found, kept, Instant.now(), FrameFilter.everything(), interrupt::isAsked);
      }
      var frames = TraceSummary.of(new RecordedTrace.OfFile(kept), _ -> {}).frames();
      return done(kept, new TraceCopy.Copied(frames, List.of()), "imported");
    } catch (IOException e) {
      throw new WorkFailed(
          "%s: %s (expected: room to write)".formatted(folder().folder(), DiskException.words(e)),
          e);
    }
  }

  /** Ends if anything is not as it was written. */
  private static void check(RecordedTrace trace, TraceSummary summary) {
    var findings = trace.verify().map(Verification::findings).orElse(List.of());
    if (!findings.isEmpty()) {
      throw new WorkFailed(
          "%s: %s at byte %d: %s (expected: as it was written)"
              .formatted(
                  trace.path(),
                  findings.getFirst().file(),
                  findings.getFirst().offset(),
                  findings.getFirst().problem()));
    }
    if (!summary.problems().isEmpty()) {
      throw new WorkFailed(
          "%s (expected: as it was written)".formatted(summary.problems().getFirst()));
    }
  }

  @Command(
      description = "Holds two traces against each other: decisions and digests of every frame.")
  int diff(
      @Parameters(paramLabel = "TRACE", description = "One trace.") String one,
      @Parameters(paramLabel = "OTHER", description = "Another.") String other) {
    var diff = diffOf(folder().find(one), folder().find(other));
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("equal", diff.equal());
      object.put("different", diff.different());
      object.put("onlyInFirst", diff.onlyHere());
      object.put("onlyInSecond", diff.onlyThere());
      diff.first().ifPresent(first -> object.put("first", first));
      object.put("damaged", diff.damaged());
      console.json(object);
    } else {
      console.line(
          "%d frames alike, %d different, %d only in the first, %d only in the second"
              .formatted(diff.equal(), diff.different(), diff.onlyHere(), diff.onlyThere()));
      diff.first().ifPresent(first -> console.line("first difference: " + first));
      tellDamage(diff.damaged());
    }
    return diff.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  @Command(
      description = {
        "Reads a trace from its begin to its end and holds every byte against its hashes.",
        "Any flipped bit, cut or missing part is found, and its place named."
      })
  int verify(@Parameters(paramLabel = "TRACE", description = "The trace.") String trace) {
    var file = folder().find(trace);
    try (var found = RecordedTrace.open(file)) {
      TraceSummary summary;
      Optional<Verification> checked;
      var sessions = new SessionCheck();
      try (Progress progress = console.progress()) {
        progress.bar(0, "verifying");
        checked = found.verify();
        summary =
            TraceSummary.of(
                found,
                reading -> progress.bar(reading.share(), reading.records() + " records verified"),
                sessions::accept);
      }
      var findings = findings(checked, summary);
      var marks = sessions.report();
      if (isJson) {
        var object = summary.object(file);
        object.put("findings", findings);
        object.put("marksMet", marks.met());
        object.put("marksUnknown", marks.unknown());
        object.put("marksNotMet", marks.notMet());
        console.json(object);
      } else {
        tell(file, summary, findings, marks);
      }
      return findings.isEmpty() && marks.notMet().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /** What the check of the buffer found, or else what reading did: that sees less of the same. */
  private static List<String> findings(Optional<Verification> checked, TraceSummary summary) {
    var found = checked.map(Verification::findings).orElse(List.of());
    return found.isEmpty() ? summary.problems() : found.stream().map(TraceCommand::text).toList();
  }

  private void tell(
      Path file, TraceSummary summary, List<String> findings, SessionCheck.Report marks) {
    console.line(
        "%s: %s; %d records, %d frames (%d can be replayed), %s lost"
            .formatted(
                file,
                findings.isEmpty() && marks.notMet().isEmpty() ? "whole" : "NOT whole",
                summary.records(),
                summary.frames(),
                summary.replayable(),
                summary.lost()));
    findings.forEach(finding -> console.line("  " + finding));
    if (marks.met() + marks.unknown() + marks.notMet().size() > 0) {
      console.line(
          "  marks of sessions: %d have the hash of the frames before them, %d another, %d lack frames"
              .formatted(marks.met(), marks.notMet().size(), marks.unknown()));
      marks.notMet().forEach(mark -> console.line("  " + mark));
    }
    summary.losses().forEach(loss -> console.line("  " + TracePrint.text(loss)));
  }

  private static String text(Verification.Finding finding) {
    return "%s at byte %d%s: %s"
        .formatted(
            finding.file(),
            finding.offset(),
            finding.session().map(name -> ", session '" + name + "'").orElse(""),
            finding.problem());
  }

  private static TraceDiff diffOf(Path one, Path other) {
    try (var here = RecordedTrace.open(one)) {
      if (one.equals(other)) {
        return TraceDiff.of(here, here);
      }
      try (var there = RecordedTrace.open(other)) {
        return TraceDiff.of(here, there);
      }
    }
  }

  private static long size(Path trace) throws IOException {
    if (!Files.isDirectory(trace)) {
      return Files.size(trace);
    }
    try (var files = Files.list(trace)) {
      var bytes = 0L;
      for (var file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  private int done(Path file, TraceCopy.Copied copied, String what) {
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("trace", file.toString());
      object.put("frames", copied.frames());
      object.put("damaged", copied.damaged());
      console.json(object);
    } else {
      console.line("%s: %s %s".formatted(file, Amount.count(copied.frames(), "frame"), what));
      tellDamage(copied.damaged());
    }
    return copied.damaged().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void tellDamage(List<String> damaged) {
    if (!damaged.isEmpty()) {
      console.line(
          "damaged: at %s, the first %s; what follows there was not read"
              .formatted(Amount.count(damaged.size(), "place"), damaged.getFirst()));
    }
  }

  private TraceFolder folder() {
    return new TraceFolder(home.traces());
  }

  private static String name(Path file) {
    var name = String.valueOf(file.getFileName());
    return name.endsWith(".trace") ? name.substring(0, name.length() - 6) : name;
  }
}
