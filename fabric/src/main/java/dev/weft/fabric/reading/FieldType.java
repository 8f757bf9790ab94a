package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.problem.Problem;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/** What a field of a manifest may hold. */
public sealed interface FieldType {

  /** What is expected, in words, as it stands in a {@link Problem}. */
  String expected();

  /** A single value written as text; {@link ScalarReader} turns each into its Java type. */
  enum Scalar implements FieldType {
    TEXT("text that is not blank (in quotes if it looks like a number)", "\\S"),
    NAME(
        "a name: up to 64 letters, digits, '.', '_' or '-', the first a letter or digit",
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    PLAIN_NAME(
        "a name without dots: up to 64 letters, digits, '_' or '-', the first a letter or digit",
        "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
    TENSOR_NAME(
        "a tensor's name without spaces, brackets or commas", "^[^\\s(){}\\[\\],\"']{1,256}$"),
    REFERENCE(
        "a pipeline input, or a step and its output such as detect.boxes",
        "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\\.[^\\s(){}\\[\\],\"']{1,256})?$"),
    CONDITION(
        "first, max, min, mean or count of a tensor compared with a number,"
            + " such as max(vad.probability) >= 0.5",
        "^\\s*(first|max|min|mean|count)\\s*\\(\\s*[^\\s()]+\\s*\\)\\s*(<=|>=|==|!=|<|>)"
            + "\\s*[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?\\s*$"),
    LOAD(
        "cpu, memory or queue compared with a share from 0 to 1, level with a whole number from 0"
            + " to 3, or slack with a time in us, ms or s; several joined by 'or', such as"
            + " cpu > 0.85 or slack < 20ms",
        "^\\s*" + Scalar.LOAD_TERM + "(\\s+or\\s+" + Scalar.LOAD_TERM + ")*\\s*$"),
    DURATION(
        "more than 0 and at most 24h, with a unit: us, ms, s, min or h, such as 15ms",
        "^[0-9]{1,12}(us|ms|s|min|h)$"),
    PERIOD(
        "more than 0 and at most 30d, with a unit: us, ms, s, min, h or d, such as 90min or 7d",
        "^[0-9]{1,12}(us|ms|s|min|h|d)$"),
    WATCH(
        "off, or more than 0 and at most 30d, with a unit: us, ms, s, min, h or d, such as 2h or"
            + " 7d",
        "^(off|[0-9]{1,12}(us|ms|s|min|h|d))$"),
    SIZE(
        "bytes, at least 1, plain or with a unit: B, kB, MB, GB, KiB, MiB or GiB, such as 120MiB",
        "^0*[1-9][0-9]{0,15}(B|kB|MB|GB|KiB|MiB|GiB)?$"),
    /** In percent, of 1 in 10,000 parts. */
    EXPOSURE(
        "shadow, or a share from 0% to 100% with at most two decimals, such as 5% or 0.5%",
        "^(shadow|(100(\\.0{1,2})?|[0-9]{1,2}(\\.[0-9]{1,2})?)%)$"),
    /** In percent, of 1 in 10,000 parts, of something. */
    SHARE(
        "a share of more than 0% and at most 100% with at most two decimals, such as 5% or 0.5%",
        "^(?!0+(\\.0+)?%$)(100(\\.0{1,2})?|[0-9]{1,2}(\\.[0-9]{1,2})?)%$"),
    /** In percent, of something, and not all. */
    PART(
        "a share of more than 0% and less than 100% with at most four decimals, such as 2% or 0.5%",
        "^(?!0+(\\.0+)?%$)[0-9]{1,2}(\\.[0-9]{1,4})?%$"),
    SHA256("64 hexadecimal digits, as sha256sum prints them", "^[0-9A-Fa-f]{64}$"),
    FILE(
        "a path below the manifest's folder, with '/' and without '..', such as models/m.onnx",
        "^(?!\\.\\.(/|$))(?!.*/\\.\\.(/|$))[^/\\\\:\\s][^\\x00-\\x1f\\\\:]{0,511}$"),
    SOURCE(
        "maven:group:artifact:version!/entry, a file inside a jar that Maven can get",
        "^maven:[A-Za-z0-9._-]+:[A-Za-z0-9._-]+:[A-Za-z0-9._-]+!/\\S+$"),
    LAYOUT("the axes' letters, such as NCHW", "^[A-Za-z0-9_-]{1,32}$"),
    SEMANTIC(
        "words divided by '/', such as image/rgb",
        "^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$"),
    PLACE(
        "up to 63 lower-case letters, digits and dashes, no dash at either end, such as eu-de",
        Residency.ZONE),
    ADDRESS(
        "a host and a port, such as 10.0.0.5:25520 or box.shop.example:25520",
        "^([A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5}$"),
    SERVICE(
        "a service in DNS that has SRV records, such as _actors._tcp.weft.example.org",
        "^_[A-Za-z0-9-]{1,62}\\._tcp(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$"),
    /** A size, a name, or -1. */
    DIM(
        "a size >= 0, a name such as batch, or -1 for any size",
        "^(-1|[0-9]{1,18}|[A-Za-z][A-Za-z0-9_.-]{0,63})$"),
    FLAG("true or false", "^(true|false)$"),
    SWITCH("on or off", "^(on|off|true|false)$"),
    /** Any text, number or truth value, kept as its text. */
    LABEL("text, a number, true or false", "^[\\s\\S]{0,512}$"),
    /** Any text, number or truth value, kept as what it is. */
    CONSTANT("a number, text, true or false", "^[\\s\\S]*$");

    /** One comparison of a load condition. */
    private static final String LOAD_TERM =
        "((cpu|memory|queue)\\s*(<=|>=|<|>)\\s*(0(\\.[0-9]*)?|\\.[0-9]+|1(\\.0*)?)"
            + "|level\\s*(<=|>=|<|>)\\s*[0-3]"
            + "|slack\\s*(<=|>=|<|>)\\s*([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(us|ms|s))";

    private final String expected;
    private final Pattern pattern;

    Scalar(String expected, String pattern) {
      this.expected = expected;
      this.pattern = Pattern.compile(pattern);
    }

    @Override
    public String expected() {
      return expected;
    }

    /** Regular expression (ECMA-262 and Java alike) that is found in every good value. */
    Pattern pattern() {
      return pattern;
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements FieldType {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public String expected() {
      return words.size() == 1 ? words.getFirst() : "one of " + String.join(", ", words);
    }
  }

  /** A whole number within bounds, both included. */
  record Whole(long min, long max) implements FieldType {
    @Override
    public String expected() {
      return "a whole number from %d to %d".formatted(min, max);
    }
  }

  /** A number within bounds, both included. */
  record Real(double min, double max) implements FieldType {
    @Override
    public String expected() {
      return "a number from %s to %s".formatted(plain(min), plain(max));
    }

    static String plain(double number) {
      return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
  }

  /** A list, bounded. */
  record ListOf(FieldType element, int sizeMin, int sizeMax) implements FieldType {
    @Override
    public String expected() {
      return "a list of %d to %d entries".formatted(sizeMin, sizeMax);
    }
  }

  /** Entries by a name the manifest's author chooses, bounded. */
  record MapOf(Scalar key, FieldType value, int sizeMax) implements FieldType {
    @Override
    public String expected() {
      return "entries 'name: value', at most %d".formatted(sizeMax);
    }
  }

  /** A nested object of known fields. */
  record Nested(ObjectType type) implements FieldType {
    @Override
    public String expected() {
      return "fields: " + String.join(", ", type.names());
    }
  }

  /** A scalar, or the object it is short for. */
  record Either(Scalar shortForm, ObjectType longForm) implements FieldType {
    @Override
    public String expected() {
      return "%s; or fields: %s"
          .formatted(shortForm.expected(), String.join(", ", longForm.names()));
    }
  }

  /** One word that stands alone, or a list. */
  record WordOrList(Choice word, ListOf list) implements FieldType {
    @Override
    public String expected() {
      return "%s, or %s".formatted(word.expected(), list.expected());
    }
  }

  /** Entries whose names and types the stage's kind knows; read by {@link OptionReader}. */
  record KindOptions() implements FieldType {
    @Override
    public String expected() {
      return "entries 'option: value'";
    }
  }
}
