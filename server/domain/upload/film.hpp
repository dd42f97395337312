#pragma once

// MP4, MOV and M4A without what cameras and programs wrote beside picture and sound: the place,
// names, notes, covers, and tracks of measurements (GPS). They are blanked where they lie, so that
// nothing else moves. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::upload {

/// The index of a film (its box `moov`) is held in memory; one that is longer is refused.
inline constexpr std::uint64_t kFilmIndexBytesMax = 64'000'000;
/// As is one of more boxes: three days in fragments of a second have fewer.
inline constexpr std::size_t kFilmBoxesMax = 1'000'000;

/// Bytes of a file that are to be written anew: `with`, then zeros.
struct Patch {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
  std::string_view with = {};
};

/// Whether it is made of such boxes.
bool is_film(std::string_view media_type);

/// Finds what is to be blanked while the file is read once, from front to end.
class FilmNotes {
 public:
  void add(ByteView piece);
  /// In the order of the file; empty when nothing is to be blanked. Errors: Unsupported.
  Result<std::vector<Patch>> finish();

 private:
  enum class Where { Head, Body, Index, Behind };
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
  };

  std::size_t take_head(std::string_view piece);
  std::size_t take_body(std::string_view piece);
  void begin_box(std::string_view kind);
  void end_box();
  void read_index();
  void look_into(std::string_view inside);
  void look_at_track(std::string_view track);
  void drop(std::string_view kind, std::string_view whole, std::string_view body);
  void blank(std::string_view text);
  void blank_samples(std::string_view table);

  Where where_ = Where::Head;
  std::uint64_t at_ = 0;       // of the next byte, in the file
  std::uint64_t box_at_ = 0;   // where the box begins that is being read
  std::uint64_t body_at_ = 0;  // and its body
  std::uint64_t left_ = 0;     // of the body
  std::size_t boxes_ = 0;
  std::string head_;
  std::string kind_;
  bool filled_ = false;  // a byte of the body is not zero
  bool too_long_ = false;
  bool too_many_ = false;
  std::string index_;           // the box `moov`
  std::vector<Range> media_;    // bodies of `mdat`
  std::vector<Range> samples_;  // of tracks of measurements
  std::vector<Patch> patches_;
};

/// Writes those patches into a part of the file that begins at `first`; returns whether any lies
/// there.
bool apply(const std::vector<Patch>& patches, std::uint64_t first, Bytes& part);

}  // namespace reprise::upload
