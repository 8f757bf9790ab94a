package dev.weft.supervisor.evidence;

/** Text on its way into a page. */
final class Html {

  private Html() {}

  /** The text with what HTML would read as its own written so that it does not. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
