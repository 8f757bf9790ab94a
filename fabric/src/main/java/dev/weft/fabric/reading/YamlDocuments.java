package dev.weft.fabric.reading;

import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The documents of one YAML file. Each is parsed alone, so that a slip in one hides nothing in the
 * others.
 */
final class YamlDocuments {

  /** Most characters of a file. */
  static final int LENGTH_MAX = 1 << 20;

  private static final int DOCUMENTS_MAX = 256;
  private static final int DEPTH_MAX = 32;
  private static final int ALIASES_MAX = 64;
  private static final Pattern DIVIDER = Pattern.compile("(?m)^---(?=\\s|$)");
  private static final String SYNTAX = "YAML";

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setAllowDuplicateKeys(true)
          .setMaxAliasesForCollections(ALIASES_MAX)
          .setCodePointLimit(LENGTH_MAX)
          .build();

  /**
   * One document.
   *
   * @param root empty if it could not be parsed; why is in {@code findings}
   * @param line lines of the file before this document's text
   * @param text as it stands in the file, with the divider before it
   */
  record Document(Findings findings, Optional<Node> root, int line, String text) {

    Place place(Optional<Mark> mark) {
      return mark.map(at -> new Place(line + at.getLine() + 1, at.getColumn() + 1))
          .orElse(new Place(line + 1, 0));
    }

    /** The entries of {@code mapping} in order; the places of names and values are noted. */
    Map<String, Node> entries(MappingNode mapping, String path) {
      var entries = new LinkedHashMap<String, Node>();
      for (var tuple : mapping.getValue()) {
        var key = tuple.getKeyNode();
        var place = place(key.getStartMark());
        if (!(key instanceof ScalarNode scalar)) {
          findings.errorAt(place, path, ScalarReader.shown(key) + " as a name", "a name");
          continue;
        }
        var at = Findings.join(path, scalar.getValue());
        if (entries.putIfAbsent(scalar.getValue(), tuple.getValueNode()) != null) {
          findings.errorAt(place, at, "given twice", "each name once");
          continue;
        }
        findings.placeKey(at, place);
        findings.placeValue(at, place(tuple.getValueNode().getStartMark()));
      }
      return entries;
    }
  }

  private YamlDocuments() {}

  /** Parses {@code text}; documents without content are left out. */
  static List<Document> parse(Path file, String text) {
    var documents = new ArrayList<Document>();
    var start = text.startsWith("\uFEFF") ? 1 : 0;
    var line = 0;
    var dividers = DIVIDER.matcher(text);
    while (start < text.length()) {
      var end = dividers.find(start + 1) ? dividers.start() : text.length();
      var part = text.substring(start, end);
      parseOne(file, part, line).ifPresent(documents::add);
      if (documents.size() > DOCUMENTS_MAX) {
        var findings = documents.getLast().findings();
        findings.error("", "more documents", "at most %d in one file".formatted(DOCUMENTS_MAX));
        break;
      }
      line += (int) part.chars().filter(character -> character == '\n').count();
      start = end;
    }
    return List.copyOf(documents);
  }

  private static Optional<Document> parseOne(Path file, String part, int line) {
    var findings = new Findings(file);
    var unread = new Document(findings, Optional.empty(), line, part);
    try {
      var tooDeep = tooDeep(part);
      if (tooDeep.isPresent()) {
        var place = unread.place(tooDeep.get().getStartMark());
        findings.errorAt(place, "", "nested too deep", "at most %d levels".formatted(DEPTH_MAX));
        return Optional.of(unread);
      }
      var root = new Compose(SETTINGS).composeString(part).filter(node -> !isNothing(node));
      root.ifPresent(node -> findings.placeValue("", unread.place(node.getStartMark())));
      return root.map(node -> new Document(findings, root, line, part));
    } catch (MarkedYamlEngineException e) {
      reportSyntax(unread, e);
      return Optional.of(unread);
    } catch (YamlEngineException e) {
      var message = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
      findings.errorAt(new Place(line + 1, 0), "", message, SYNTAX);
      return Optional.of(unread);
    }
  }

  private static boolean isNothing(Node root) {
    return root instanceof ScalarNode scalar && scalar.getValue().isEmpty() && scalar.isPlain();
  }

  private static Optional<Event> tooDeep(String part) {
    var depth = 0;
    for (var event : new Parse(SETTINGS).parseString(part)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias, Comment, DocumentStart, DocumentEnd, Scalar, StreamStart, StreamEnd -> {}
      }
      if (depth > DEPTH_MAX) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  private static String start(Document document, MarkedYamlEngineException e) {
    return e.getContextMark()
        .map(mark -> " of line " + document.place(Optional.of(mark)).line())
        .orElse("");
  }

  private static void reportSyntax(Document document, MarkedYamlEngineException e) {
    var problem = String.valueOf(e.getProblem());
    var mark = e.getProblemMark().or(e::getContextMark);
    var expected =
        problem.contains("\\t(TAB)")
            ? "spaces; YAML does not indent with tabs"
            : Optional.ofNullable(e.getContext())
                .filter(context -> !context.isBlank())
                .map(context -> SYNTAX + "; noticed " + context.strip() + start(document, e))
                .orElse(SYNTAX);
    document.findings().errorAt(document.place(mark), "", problem.strip(), expected);
  }
}
