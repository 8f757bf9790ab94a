package dev.weft.gateway.word;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Constants as label values: their names in lower case with dashes. */
public final class Words {

  /** As many entries as there are constants. */
  private static final Map<Enum<?>, String> KNOWN = new ConcurrentHashMap<>();

  private Words() {}

  /** The word of a constant, such as {@code queue-full}. */
  public static String of(Enum<?> constant) {
    var known = KNOWN.get(constant);
    return known == null ? KNOWN.computeIfAbsent(constant, Words::word) : known;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
