package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.gateway.access.AccessFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weft access check}: says all that is wrong with an access file. */
@Command(
    name = "check",
    description = "Checks an access file and those it names, and prints all that is wrong.")
final class AccessCheckCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "The access file.")
  private Path file = Path.of("");

  AccessCheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var accounts = AccessFile.read(file).accounts();
    console.line(
        "%s: %s, %s"
            .formatted(
                file,
                Amount.count(accounts.keyCount(), "key"),
                Amount.count(accounts.issuerCount(), "issuer")));
    return ExitCode.OK;
  }
}
