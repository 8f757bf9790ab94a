package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.control.ControlException;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.fetch.FetchException;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.trace.TraceException;
import dev.weft.gateway.http.GatewayException;
import dev.weft.gateway.protection.ProtectionException;
import dev.weft.link.certificate.CertificateFolderException;
import dev.weft.link.identity.IdentityException;
import dev.weft.persistence.journal.JournalException;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person what went wrong, in a line or two on stderr, and gives the exit code. */
final class Mistakes {

  private final Console console;
  private final BooleanSupplier isVerbose;

  Mistakes(Console console, BooleanSupplier isVerbose) {
    this.console = console;
    this.isVerbose = isVerbose;
  }

  /** The command line makes no sense. */
  int wrongUse(ParameterException mistake, String[] args) {
    console.note("weft: " + message(mistake));
    seeHelp(mistake.getCommandLine());
    return ExitCode.WRONG_USE;
  }

  /** A command ended with an exception. */
  int failed(Exception problem, CommandLine line, ParseResult parsed) {
    switch (problem) {
      case WrongUse mistake -> {
        console.note("weft: " + mistake.getMessage());
        seeHelp(line);
        return ExitCode.WRONG_USE;
      }
      case ManifestException manifests -> {
        manifests.problems().forEach(each -> console.note(each.toString()));
        var count = manifests.problems().size();
        console.note("weft: %d problem%s".formatted(count, count == 1 ? "" : "s"));
      }
      case WorkFailed failure -> console.note("weft: " + failure.getMessage());
      case FetchException failure -> console.note("weft: " + failure.getMessage());
      case ControlException failure -> console.note("weft: " + failure.getMessage());
      case GatewayException failure -> console.note("weft: " + failure.getMessage());
      case ProtectionException failure -> console.note("weft: " + failure.getMessage());
      case CertificateFolderException failure -> console.note("weft: " + failure.getMessage());
      case IdentityException failure -> console.note("weft: " + failure.getMessage());
      // A file that would not: the message says which.
      case UncheckedIOException failure -> console.note("weft: " + failure.getMessage());
      case TraceException failure -> console.note("weft: " + failure.getMessage());
      case WeftException failure -> console.note("weft: " + failure.getMessage());
      case JournalException failure -> console.note("weft: " + failure.getMessage());
      // A disk or a port that would not: the message says which and what.
      case IOException failure -> console.note("weft: " + failure.getMessage());
      case StageException failure -> console.note("weft: " + failure.getMessage());
      default -> internal(problem);
    }
    return ExitCode.FAILED;
  }

  private void internal(Exception problem) {
    console.note("weft: internal error: " + problem);
    if (isVerbose.getAsBoolean()) {
      problem.printStackTrace(console.err());
    } else {
      console.note("run it again with -v to see where");
    }
  }

  private void seeHelp(CommandLine line) {
    console.note("see '%s --help'".formatted(line.getCommandSpec().qualifiedName()));
  }

  private static String message(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched);
    }
    var text = String.valueOf(mistake.getMessage());
    var first = text.lines().findFirst().orElse(text);
    return Character.toLowerCase(first.charAt(0)) + first.substring(1);
  }

  private static String unmatched(UnmatchedArgumentException mistake) {
    var given = mistake.getUnmatched().getFirst();
    var hasCommands = !mistake.getCommandLine().getSubcommands().isEmpty();
    var what = mistake.isUnknownOption() ? "option" : hasCommands ? "command" : "argument";
    var suggested = mistake.getSuggestions();
    var isBegun = !suggested.isEmpty() && suggested.getFirst().startsWith(given);
    var near =
        suggested.stream()
            .limit(isBegun ? 1 : 2)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(" or "));
    return "unknown %s '%s'%s"
        .formatted(what, given, near.isEmpty() ? "" : "; did you mean " + near + "?");
  }
}
