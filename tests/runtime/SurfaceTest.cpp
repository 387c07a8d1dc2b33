// The C++ interface and the C interface, name by name: whatever the one has, the other has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names are read out of the headers, so that one that is added to C++ fails here until it is in
// C as well. What has no counterpart stands in the table with the reason.
#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

using Names = std::set<std::string>;

std::string read(const std::string &path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string header(const std::string &name) {
  // Without comments.
  const std::string own = read(std::string(HEADERS) + "/" + name);
  return std::regex_replace(own.empty() ? read(std::string(ABI_HEADERS) + "/" + name) : own,
                            std::regex("//[^\n]*|/\\*[^*]*\\*+([^/*][^*]*\\*+)*/"), "");
}

/// The text between the braces behind the first match of `opening`.
std::string body(const std::string &text, const std::string &opening) {
  const std::size_t start = text.find(opening);
  if (start == std::string::npos)
    return {};
  std::size_t at = text.find('{', start);
  const std::size_t first = at + 1;
  for (int depth = 0; at < text.size(); ++at) {
    depth += text[at] == '{';
    depth -= text[at] == '}';
    if (depth == 0)
      break;
  }
  return text.substr(first, at - first);
}

/// Without what is inside further braces.
std::string shallow(const std::string &text) {
  std::string result;
  int depth = 0;
  for (char each : text) {
    depth -= each == '}';
    if (depth == 0)
      result += each;
    depth += each == '{';
  }
  return result;
}

Names matches(const std::string &text, const char *pattern) {
  const std::regex regex(pattern);
  Names names;
  for (std::sregex_iterator each(text.begin(), text.end(), regex), end; each != end; ++each)
    names.insert((*each)[1]);
  return names;
}

/// The public functions of a class.
Names functionsOf(const std::string &file, const std::string &name) {
  std::string text = shallow(body(header(file), "XPHI_API " + name + " {"));
  text = text.substr(text.find("public:"));
  text = text.substr(0, text.find("private:"));
  Names names = matches(text, "[\\w>&*] &?(\\w+)\\(");
  for (const char *none : {"operator", "bool"})
    names.erase(none);
  std::erase_if(names, [&](const std::string &each) { return each == name; });
  return names;
}

/// The fields of a struct.
Names fieldsOf(const std::string &file, const std::string &opening) {
  const std::string text = std::regex_replace(shallow(body(header(file), opening)),
                                              std::regex(" = \\{\\};|\\{\\};"), ";");
  return matches(std::regex_replace(text, std::regex("[^\n;]*\\([^;]*;"), ""),
                 "(\\w+)(?: = [^;,]*)?[;,]");
}

/// C++'s name to C's; "-" begins a reason for there being none.
using Table = std::map<std::string, std::string>;

const Table engine = {{"compile", "xphi_compile"},
                      {"compileAsync", "xphi_compile_async"},
                      {"compileLater", "xphi_compile_later"},
                      {"compileDoubleBackward", "xphi_compile_double_backward"},
                      {"load", "xphi_load"},
                      {"fillCache", "xphi_fill_cache"},
                      {"emit", "xphi_emit"},
                      {"join", "xphi_join"},
                      {"certify", "xphi_certify"},
                      {"enoughToKeep", "xphi_enough_to_keep"},
                      {"compilerVersion", "xphi_compiler_name"},
                      {"cacheStatistics", "xphi_cache_get_statistics"},
                      {"cachedKernels", "xphi_cache_kernel"},
                      {"pruneCache", "xphi_prune_cache"},
                      {"clearCache", "xphi_clear_cache"},
                      {"options", "xphi_engine_get_options"}};

const Table kernel = {{"forward", "xphi_kernel_forward_channels"},
                      {"backward", "xphi_kernel_backward_many"},
                      {"gradients", "xphi_kernel_gradients"},
                      {"maskSize", "xphi_mask_size"},
                      {"forwardCuda", "xphi_kernel_forward_cuda"},
                      {"backwardCuda", "xphi_kernel_backward_cuda"},
                      {"gradientsCuda", "xphi_kernel_gradients_cuda"},
                      {"arguments", "xphi_kernel_arguments"},
                      {"name", "xphi_kernel_name"},
                      {"parameters", "xphi_kernel_parameter_name"},
                      {"inputs", "xphi_kernel_input_name"},
                      {"target", "xphi_kernel_target"},
                      {"isCuda", "xphi_kernel_is_cuda"},
                      {"derivative", "xphi_kernel_derivative_name"},
                      {"order", "xphi_kernel_order"},
                      {"hasBackward", "xphi_kernel_has_backward"},
                      {"gradientNames", "xphi_kernel_gradient_name"},
                      {"keep", "xphi_kernel_keep"},
                      {"types", "xphi_kernel_type"},
                      {"type", "xphi_kernel_type"},
                      {"program", "xphi_kernel_program"},
                      {"certificate", "xphi_kernel_certificate"},
                      {"info", "xphi_kernel_info"},
                      {"origin", "xphi_kernel_origin"},
                      {"warnings", "xphi_kernel_warning"},
                      {"timings", "xphi_kernel_timings"},
                      {"isReady", "xphi_kernel_is_ready"},
                      {"wait", "xphi_kernel_wait"},
                      {"bytes", "xphi_kernel_bytes"}};

const Table error = {{"code", "xphi_error_code"},
                     {"message", "xphi_error_message"},
                     {"diagnostics", "xphi_error_diagnostic"},
                     {"render", "xphi_error_text"}};

/// Structs with fields: where they are in C++, and in C.
struct Struct {
  const char *file, *opening, *inC;
  Table otherNames; ///< fields whose name in C is not theirs with underscores
};

const Struct structs[] = {
    {"Options.hpp", "XPHI_API Options {", "xphi_engine_options", {}},
    {"Options.hpp",
     "struct CompileOptions {",
     "xphi_compile_options",
     {{"backward", "no_backward"}, {"accuracy", "require"}}},
    {"Result.hpp", "struct Diagnostic {", "xphi_diagnostic", {}},
    {"Engine.hpp", "struct CacheStatistics {", "xphi_cache_statistics", {}},
    {"Engine.hpp", "struct CachedKernel {", "xphi_cached_kernel", {}},
    {"Engine.hpp",
     "struct PruneOptions {",
     "xphi_prune_options",
     {{"otherBuilds", "keep_other_builds"}}},
    {"Engine.hpp", "struct PruneResult {", "xphi_prune_result", {}},
    {"Kernel.hpp",
     "struct Arguments {",
     "xphi_arguments",
     {{"parameters", "values"}, {"layout", "channels"}}},
    {"Kernel.hpp", "XPHI_API ChannelLayout {", "xphi_arguments", {}},
    {"Certificate.hpp",
     "XPHI_API Certificate {",
     "xphi_certificate",
     {{"worst", "worst_error"}, {"zero", "zero_output"}, {"pieces", "piece_count"}}},
    {"Certificate.hpp", "struct Piece {", "xphi_certificate_piece", {}},
    {"Engine.hpp", "struct CertifyOptions {", "xphi_certify_options", {}},
    {"Certificate.hpp",
     "struct Worst {",
     "xphi_certificate",
     {{"inputs", "worst_inputs"},
      {"parameters", "worst_parameters"},
      {"output", "worst_output"},
      {"error", "worst_error"},
      {"got", "worst_got"},
      {"right", "worst_right"}}},
    {"Certificate.hpp",
     "struct Zero {",
     "xphi_certificate",
     {{"inputs", "zero_inputs"},
      {"parameters", "zero_parameters"},
      {"output", "zero_output"},
      {"got", "zero_got"}}},
};

Names functionsOfC() { return matches(header("xphi.h"), "(xphi_\\w+)\\("); }

std::string underscored(const std::string &name) {
  std::string result;
  for (char each : name)
    if (each >= 'A' && each <= 'Z')
      result += {'_', char(each - 'A' + 'a')};
    else
      result += each;
  return result;
}

void expectInC(const Names &names, const Table &table) {
  const Names inC = functionsOfC();
  EXPECT_GT(names.size(), 3u);
  for (const std::string &name : names) {
    const auto row = table.find(name);
    if (row == table.end())
      ADD_FAILURE() << name << " of the C++ interface is not in C, or not in this table";
    else
      EXPECT_TRUE(inC.contains(row->second)) << row->second << " for " << name;
  }
  for (const auto &[name, other] : table)
    EXPECT_TRUE(names.contains(name)) << name << " is in this table, but not in C++";
}

TEST(SurfaceTest, EveryFunctionOfCppIsInC) {
  expectInC(functionsOf("Engine.hpp", "Engine"), engine);
  expectInC(functionsOf("Kernel.hpp", "Kernel"), kernel);
  expectInC(functionsOf("Result.hpp", "Error"), error);
}

TEST(SurfaceTest, EveryFieldOfCppIsInC) {
  const std::string c = header("xphi.h");
  for (const Struct &each : structs) {
    // A struct of C ends with its name.
    const std::size_t end = c.find("} " + std::string(each.inC) + ";");
    ASSERT_NE(end, std::string::npos) << each.inC;
    const std::size_t begin = c.rfind("typedef struct {", end);
    const Names inC = matches(c.substr(begin, end - begin), "(\\w+)[;,]");
    EXPECT_TRUE(inC.contains("size")) << each.inC << " does not begin with its size";
    const Names fields = fieldsOf(each.file, each.opening);
    EXPECT_FALSE(fields.empty()) << each.opening;
    for (const std::string &field : fields) {
      const auto other = each.otherNames.find(field);
      const std::string wanted =
          other == each.otherNames.end() ? underscored(field) : other->second;
      EXPECT_TRUE(inC.contains(wanted)) << each.inC << " lacks " << wanted;
    }
  }
}

TEST(SurfaceTest, EveryFreeFunctionOfCppIsInC) {
  const Names found = matches(header("Target.hpp"), "(\\w+)\\(\\)");
  const Table known = {{"hostTarget", "xphi_host_target"},
                       {"hostFeatures", "xphi_host_feature"},
                       {"targetNames", "xphi_target_name"},
                       {"version", "xphi_version"}};
  expectInC(found, known);
}

TEST(SurfaceTest, NullPointersAreTriedOnEveryFunction) {
  const std::string test = read(NULL_TEST);
  for (const std::string &name : functionsOfC()) {
    if (name == "xphi_version" || name == "xphi_version_number" || name == "xphi_mask_size" ||
        name == "xphi_engine_create" || name == "xphi_host_feature" || name == "xphi_target_name")
      continue; // no pointer, or one that may be null
    EXPECT_TRUE(std::regex_search(test, std::regex(name + "\\(NULL"))) << name;
  }
}

} // namespace
