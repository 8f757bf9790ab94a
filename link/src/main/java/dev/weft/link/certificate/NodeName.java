package dev.weft.link.certificate;

import java.util.regex.Pattern;

/**
 * What a node is called among all: {@code NODE.SITE}.
 *
 * @param node 1 to 63 lower-case letters, digits and dashes, no dash at either end
 * @param site likewise
 */
public record NodeName(String node, String site) {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final String ALL = "nodes";

  public NodeName {
    require("node", node);
    require("site", site);
    if (node.equals(ALL)) {
      throw new IllegalArgumentException(
          "node: '%s' (expected: another name; that one means all nodes of a site)"
              .formatted(node));
    }
  }

  /** What all nodes of the site are called, too: who is asked by it may be any of them. */
  public String all() {
    return ALL + "." + site;
  }

  static void require(String what, String text) {
    if (!LABEL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          ("%s: '%s' (expected: 1 to 63 lower-case letters, digits and dashes, no dash at either"
                  + " end)")
              .formatted(what, text));
    }
  }

  @Override
  public String toString() {
    return node + "." + site;
  }
}
