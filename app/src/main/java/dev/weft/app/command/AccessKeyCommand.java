package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.gateway.access.ApiKey;
import dev.weft.gateway.access.KeyAccount;
import dev.weft.gateway.access.KeyHash;
import dev.weft.gateway.access.Role;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft access key}: makes a key, shows it once, and the line that lets it in. */
@Command(
    name = "key",
    description = {
      "Makes a key and prints it, and the line for it below 'keys:' of an access file.",
      "The line holds a hash only: the key is shown this once and kept nowhere."
    },
    footer = {
      "",
      "Examples:",
      "  weft access key --tenant acme --role infer",
      "  weft access key --tenant ops --role observe --expires 2027-01-31T00:00:00Z"
    })
final class AccessKeyCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--tenant",
      required = true,
      paramLabel = "TENANT",
      description = "For whom its holder acts.")
  private String tenant = "";

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description =
          "What its holder may do: infer, observe, operate or admin; several times for several.")
  private List<Role> roles = List.of();

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "When it is over, such as 2027-01-31T00:00:00Z; never without.")
  private Optional<Instant> expires = Optional.empty();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  AccessKeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var random = new SecureRandom();
    var secret = new byte[ApiKey.RANDOM_BYTES];
    var salt = new byte[KeyHash.SALT_BYTES];
    random.nextBytes(secret);
    random.nextBytes(salt);
    var key = ApiKey.of(secret);
    var account = account(key, salt);
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("key", key.shown());
      object.put("line", account.line());
      console.json(object);
    } else {
      console.note("the key, shown this once, and its line in an access file, below keys:");
      console.line(key.shown());
      console.line(account.line());
    }
    return ExitCode.OK;
  }

  private KeyAccount account(ApiKey key, byte[] salt) {
    try {
      return KeyAccount.create(
          key, tenant, roles.stream().collect(Collectors.toSet()), salt, expires);
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--" + e.getMessage());
    }
  }
}
