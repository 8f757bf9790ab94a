package dev.weft.app.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.command.WeftCommand;
import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Holds {@code docs/cli.md} against the commands there are. */
class CommandPageTest {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));
  private static final Pattern SECTION = Pattern.compile("(?ms)^## ([a-z]+)(.*?)(?=^## |\\z)");

  private final CommandLine line =
      WeftCommand.line(new Console(System.out, System.err, false), new Home(ROOT));

  @Test
  void everyCommandHasASection() throws IOException {
    var sections = sections();
    var missing =
        line.getSubcommands().keySet().stream()
            .filter(name -> !sections.containsKey(name))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void someSectionsNameAllThatThereIs() throws IOException {
    for (var name : List.of("run", "rollout", "certs")) {
      var section = String.valueOf(sections().get(name));
      for (var word : words(named(line, name))) {
        assertTrue(section.contains(word), "'%s' of weft %s".formatted(word, name));
      }
    }
  }

  /** Names of all subcommands and options; those that every command has are told above them all. */
  private static List<String> words(CommandLine command) {
    var words = new ArrayList<String>();
    for (var option : command.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp() && !option.inherited()) {
        words.add(option.longestName());
      }
    }
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              words.add(command.getCommandName() + " " + name);
              words.addAll(words(sub));
            });
    words.removeAll(List.of("--json", "--verbose"));
    return words;
  }

  private static CommandLine named(CommandLine line, String name) {
    if (line.getSubcommands().get(name) instanceof CommandLine found) {
      return found;
    }
    throw new AssertionError("no command '%s'".formatted(name));
  }

  private static Map<String, String> sections() throws IOException {
    var sections = new TreeMap<String, String>();
    for (var section :
        SECTION.matcher(Files.readString(ROOT.resolve("docs/cli.md"))).results().toList()) {
      sections.merge(section.group(1), section.group(2), String::concat);
    }
    return sections;
  }
}
