package dev.weft.supervisor.evidence;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the files of one rollout are named: {@code NAME.jsonl}, and {@code NAME.2.jsonl} and so on
 * where one could not be written on. No name of a rollout, which ends in its number, is another's
 * with a number behind a dot.
 */
final class PartNames {

  static final String ENDING = ".jsonl";

  private PartNames() {}

  /**
   * @param part from 1
   */
  static String of(String name, int part) {
    return part == 1 ? name + ENDING : "%s.%d%s".formatted(name, part, ENDING);
  }

  /** The parts of {@code name} among {@code files}, ascending. */
  static List<Integer> among(List<String> files, String name) {
    var pattern = Pattern.compile(Pattern.quote(name) + "(?:\\.([1-9][0-9]{0,5}))?\\.jsonl");
    return files.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1) == null ? 1 : Integer.parseInt(found.group(1)))
        .sorted()
        .toList();
  }
}
