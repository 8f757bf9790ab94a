package dev.weft.fabric.load;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Text as the kernel writes it into its files, without a copy. Whatever it holds, a number that is
 * not there is empty.
 */
record ProcText(byte[] bytes, int length) {

  static ProcText of(String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new ProcText(bytes, bytes.length);
  }

  /** The first number behind {@code label}, which stands at the start of a line. */
  OptionalLong numberAfter(String label) {
    var start = after(label);
    return start < 0 ? OptionalLong.empty() : field(start, 0);
  }

  /** The position behind {@code label} at the start of a line; -1 if there is none. */
  int after(String label) {
    for (var at = 0; at < length; at = nextLine(at)) {
      if (startsWith(label, at)) {
        return at + label.length();
      }
    }
    return -1;
  }

  /** How many lines begin with {@code label} and a digit right behind it. */
  int countNumbered(String label) {
    var count = 0;
    for (var at = 0; at < length; at = nextLine(at)) {
      var behind = at + label.length();
      if (startsWith(label, at) && behind < length && isDigit(bytes[behind])) {
        count++;
      }
    }
    return count;
  }

  /** The position behind the last {@code mark}; -1 if there is none. */
  int afterLast(char mark) {
    for (var at = length - 1; at >= 0; at--) {
      if (bytes[at] == mark) {
        return at + 1;
      }
    }
    return -1;
  }

  /** Field {@code index} of those set apart by blanks from {@code start} to the line's end. */
  OptionalLong field(int start, int index) {
    var at = start;
    for (var i = 0; ; i++) {
      while (at < length && bytes[at] == ' ') {
        at++;
      }
      if (at >= length || bytes[at] == '\n') {
        return OptionalLong.empty();
      }
      if (i == index) {
        return number(at);
      }
      while (at < length && bytes[at] != ' ' && bytes[at] != '\n') {
        at++;
      }
    }
  }

  /** The number at {@code start}, up to the first character that is no digit. */
  OptionalLong number(int start) {
    var value = 0L;
    var at = start;
    for (; at < length && isDigit(bytes[at]); at++) {
      var digit = bytes[at] - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return OptionalLong.empty();
      }
      value = value * 10 + digit;
    }
    return at == start ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** The number behind the first {@code label} from {@code start} to the line's end. */
  OptionalLong numberBehind(int start, String label) {
    for (var at = start; at < length && bytes[at] != '\n'; at++) {
      if (startsWith(label, at)) {
        return number(at + label.length());
      }
    }
    return OptionalLong.empty();
  }

  private boolean startsWith(String label, int start) {
    if (label.length() > length - start) {
      return false;
    }
    for (var i = 0; i < label.length(); i++) {
      if (bytes[start + i] != label.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int nextLine(int start) {
    var at = start;
    while (at < length && bytes[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }
}
