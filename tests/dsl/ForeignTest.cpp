// What people write from habit: one message each, which says what to write here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include "dsl/Foreign.h"
#include "dsl/Utf8.h"

namespace xphi::dsl {
namespace {

/// The one message of a text, with its help.
std::string messageOf(const std::string &text) {
  ParseResult result = readWithLibrary(text);
  EXPECT_EQ(result.diagnostics.size(), 1u) << text << "\n" << result.render();
  return result ? "" : result.render();
}

TEST(ForeignTest, EveryCharacterIsOneMessageWhereverItStands) {
  // All that could stand for an operator or a space, between two operands.
  for (char32_t c = 0x80; c < 0x10000; ++c) {
    std::string utf8;
    if (c >= 0xd800 && c < 0xe000)
      continue;
    if (c < 0x800)
      utf8 = {static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 63))};
    else
      utf8 = {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 63)),
              static_cast<char>(0x80 | (c & 63))};
    const LookAlike *found = lookAlike(utf8);
    if (!found)
      continue;
    bool isSpace = found->kind == TokenKind::End;
    bool isOperator = found->plain.find_first_of("+-*/^<>") != std::string_view::npos;
    if (!isSpace && !isOperator)
      continue;
    bool compares = found->plain.find_first_of("<>") != std::string_view::npos;
    std::string expression = "x " + utf8 + (isSpace ? "+ 1" : " 1");
    std::string message =
        messageOf(compares ? "if " + expression + " then x else 0" : "2 * (" + expression + ")");
    EXPECT_NE(message.find("[X0004]"), std::string::npos) << message;
    EXPECT_NE(message.find("help: write "), std::string::npos) << message;
  }
}

TEST(ForeignTest, EveryModuleIsOneMessageBeforeAnyFunction) {
  for (const char *module : {"torch", "np", "math", "F", "jnp", "tf.nn", "torch.nn.functional"})
    for (const PrimitiveInfo &row : primitives()) {
      if (row.form != Form::Function || row.arity != 1 || row.result != Type::Number)
        continue;
      std::string function(row.spelling);
      std::string message = messageOf("x * " + std::string(module) + "." + function + "(x)");
      EXPECT_NE(message.find("write `" + function + "`"), std::string::npos) << message;
    }
}

TEST(ForeignTest, FunctionsThatThereAreNotSayWhatTheyAre) {
  for (const char *name : {"softmax", "log_softmax", "sum", "mean", "layer_norm", "argmax"}) {
    EXPECT_NE(messageOf(std::string("x * ") + name + "(x)").find("reduction"), std::string::npos);
    EXPECT_NE(messageOf(name).find("reduction"), std::string::npos) << "named alone";
  }
  EXPECT_NE(messageOf("alpha_dropout(x)").find("random"), std::string::npos);
  EXPECT_NE(messageOf("select(x > 0, x, 0)").find("where(c, a, b)"), std::string::npos);
}

TEST(ForeignTest, NoFunctionThatThereIsIsCalledAbsent) {
  for (const PrimitiveInfo &row : primitives())
    EXPECT_EQ(absentFunction(row.spelling), "") << row.spelling;
  for (const LibraryFile &file : lib::library().entries())
    EXPECT_EQ(absentFunction(file.name), "") << file.name;
}

TEST(ForeignTest, WordsMayBeNamesWhereTheyAreIntroduced) {
  EXPECT_TRUE(read("def f(float, var; lambda = 2) =\n  let auto = float * var\n  auto + lambda"));
  EXPECT_TRUE(read("def f(return) = return - 1"));
}

TEST(ForeignTest, NamesAloneAreTakenForFunctions) {
  for (const LibraryFile &file : lib::library().entries()) {
    std::string upper(file.name);
    for (char &c : upper)
      c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (upper == file.name)
      continue;
    EXPECT_NE(messageOf(upper).find("did you mean '" + std::string(file.name) + "'?"),
              std::string::npos)
        << messageOf(upper);
  }
}

TEST(ForeignTest, WhereIsASpellingOfIf) {
  EXPECT_EQ(canonicalExpression("where(x > 0, x, 0.1 * x)"), "if x > 0 then x else 0.1 * x");
  EXPECT_EQ(canonicalExpression("1 + where(x > 0 and x < 1, where(x > 2, 1, 2), 3)"),
            "1 + (if x > 0 and x < 1 then if x > 2 then 1 else 2 else 3)");
}

TEST(ForeignTest, NothingActsOnATerminal) {
  // Every control character, C0, C1 and those that turn the direction, in names, messages and text.
  std::vector<std::string> controls;
  for (char c = 1; c < 0x20; ++c)
    controls.push_back(std::string(1, c));
  controls.push_back("\x7f");
  for (char c = '\x80'; c < '\xa0'; ++c)
    controls.push_back(std::string("\xc2") + c);
  for (const char *direction :
       {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"})
    controls.push_back(direction);
  controls.insert(controls.end(), {"\xff", "\xc2", "\xe2\x80"});
  auto acts = [](std::string_view shown) {
    for (; !shown.empty();) {
      DecodedCharacter character = decodeUtf8(shown);
      if (character.bytes == 0 ||
          (isControl(character.codePoint) && shown[0] != '\n' && shown[0] != '\t'))
        return true;
      shown.remove_prefix(character.bytes);
    }
    return false;
  };
  for (const std::string &control : controls) {
    if (control != "\n" && control != "\t") {
      EXPECT_FALSE(acts(printable("a" + control + "b"))) << static_cast<int>(control[0]);
    }
    for (const std::string &text :
         {"x + " + control, "x # " + control, "/// " + control + "\ndef f(x) = y",
          "import \"" + control + ".phi\"\ndef f(x) = y", "x + (\"" + control + "\")"}) {
      ParseResult result = analyse({control + "t.phi", text});
      EXPECT_FALSE(acts(result.render())) << static_cast<int>(control[0]) << result.render();
    }
  }
}

} // namespace
} // namespace xphi::dsl
