package dev.weft.fabric.manifest;

import java.util.Locale;

/** A constant that manifests write in lower case with dashes, for example {@code drop-oldest}. */
public interface Word {

  /** The constant's name in code; every enum has this. */
  String name();

  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
