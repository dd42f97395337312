#pragma once

// Reads the elements of a WebM file (RFC 8794 4 to 7), as another program would.

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "platform/media/ebml.hpp"
#include "platform/media/webm_writer.hpp"

namespace reprise::media {

struct Element {
  std::uint32_t id = 0;
  std::size_t at = 0;       ///< offset of its id
  std::size_t content = 0;  ///< offset of its content
  std::size_t end = 0;
};

inline std::string contents_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

/// How many bytes a number takes whose first byte this is.
inline std::size_t length_of(char first) {
  return static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(first))) + 1;
}

/// The elements in bytes [from, to) of a file.
inline std::vector<Element> elements_in(std::string_view file, std::size_t from, std::size_t to) {
  std::vector<Element> found;
  while (from < to) {
    Element one{.at = from};
    const std::size_t id_length = length_of(file.at(from));
    one.id = static_cast<std::uint32_t>(number_in(file.substr(from, id_length)));
    from += id_length;
    const std::size_t size_length = length_of(file.at(from));
    const std::uint64_t marker = std::uint64_t{1} << (7 * size_length);
    one.content = from + size_length;
    one.end = one.content + number_in(file.substr(from, size_length)) - marker;
    if (one.end > to) {
      ADD_FAILURE() << "element at " << one.at << " ends at " << one.end << ", after " << to;
      break;
    }
    found.push_back(one);
    from = one.end;
  }
  return found;
}
inline std::vector<Element> elements_in(std::string_view file, const Element& parent) {
  return elements_in(file, parent.content, parent.end);
}

inline std::vector<Element> elements_in(std::string_view file, const Element& parent, ebml::Id id) {
  std::vector<Element> found;
  for (const Element& one : elements_in(file, parent)) {
    if (one.id == static_cast<std::uint32_t>(id)) found.push_back(one);
  }
  return found;
}

inline std::string_view content_of(std::string_view file, const Element& element) {
  return file.substr(element.content, element.end - element.content);
}

/// The Segment, which ends with the file.
inline Element segment_of(std::string_view file) {
  const auto top = elements_in(file, 0, file.size());
  return top.size() == 2 ? top[1] : Element{};
}

/// A block as "v100k": the video track, at 100 ms, a key block.
inline std::vector<std::string> blocks_in(std::string_view file) {
  std::vector<std::string> found;
  for (const Element& cluster : elements_in(file, segment_of(file), ebml::Id::Cluster)) {
    std::uint64_t start = 0;
    for (const Element& one : elements_in(file, cluster)) {
      const std::string_view content = content_of(file, one);
      if (one.id == static_cast<std::uint32_t>(ebml::Id::Timestamp)) start = number_in(content);
      if (one.id != static_cast<std::uint32_t>(ebml::Id::SimpleBlock)) continue;
      const bool video = number_in(content.substr(0, 1)) == 0x81;
      const bool key = (number_in(content.substr(3, 1)) & 0x80) != 0;
      found.push_back((video ? "v" : "a") +
                      std::to_string(start + number_in(content.substr(1, 2))) + (key ? "k" : ""));
    }
  }
  return found;
}

}  // namespace reprise::media
