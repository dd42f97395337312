#pragma once

// How a small picture of a file is made, and its length found, by programs of the system. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::upload {

/// A program and what it is told. It reads the file `in`.
struct Tool {
  std::string program;
  std::vector<std::string> arguments;
};

struct PreviewPlan {
  std::vector<Tool> picture = {};             ///< one after the other; the last writes `output`
  std::string output = "out.jpg";             ///< a JPEG, or a PNG
  std::optional<Tool> length = std::nullopt;  ///< prints seconds
};

/// The longer side of a preview.
inline constexpr int kPreviewSide = 640;
/// The same, of a picture that not every browser and model can read: it stands for the picture.
inline constexpr int kStandInSide = 2048;

/// Empty for what needs none. `longest_side`: of a picture; a small one is shown as it is.
std::optional<PreviewPlan> preview_plan(std::string_view media_type, std::int64_t longest_side);

/// Programs each of which turns the pixels of a picture as its EXIF says; the best first. They
/// write the file `turned`. Empty: nothing turns this type.
std::vector<Tool> turning_tools(std::string_view media_type, int turned);

/// What the tool for the length has printed. Empty: nothing that is a length.
std::optional<std::int64_t> length_ms_in(std::string_view printed);

}  // namespace reprise::upload
