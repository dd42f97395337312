#pragma once

// EBML, the element format of WebM (RFC 8794): the parts that we write.

#include <bit>
#include <string_view>

#include "base/types.hpp"

namespace reprise::media::ebml {

/// Element ids with their marker bits (RFC 9559 for those of WebM).
enum class Id : std::uint32_t {
  Void = 0xEC,
  Ebml = 0x1A45DFA3,
  EbmlVersion = 0x4286,
  EbmlReadVersion = 0x42F7,
  EbmlMaxIdLength = 0x42F2,
  EbmlMaxSizeLength = 0x42F3,
  DocType = 0x4282,
  DocTypeVersion = 0x4287,
  DocTypeReadVersion = 0x4285,
  Segment = 0x18538067,
  SeekHead = 0x114D9B74,
  Seek = 0x4DBB,
  SeekId = 0x53AB,
  SeekPosition = 0x53AC,
  Info = 0x1549A966,
  TimestampScale = 0x2AD7B1,
  Duration = 0x4489,
  MuxingApp = 0x4D80,
  WritingApp = 0x5741,
  Tracks = 0x1654AE6B,
  TrackEntry = 0xAE,
  TrackNumber = 0xD7,
  TrackUid = 0x73C5,
  TrackType = 0x83,
  FlagLacing = 0x9C,
  Language = 0x22B59C,
  CodecId = 0x86,
  CodecPrivate = 0x63A2,
  CodecDelay = 0x56AA,
  SeekPreRoll = 0x56BB,
  Audio = 0xE1,
  SamplingFrequency = 0xB5,
  Channels = 0x9F,
  Video = 0xE0,
  PixelWidth = 0xB0,
  PixelHeight = 0xBA,
  Cluster = 0x1F43B675,
  Timestamp = 0xE7,
  SimpleBlock = 0xA3,
  Cues = 0x1C53BB6B,
  CuePoint = 0xBB,
  CueTime = 0xB3,
  CueTrackPositions = 0xB7,
  CueTrack = 0xF7,
  CueClusterPosition = 0xF1,
};

inline constexpr std::uint64_t kUnknownSize = (std::uint64_t{1} << 56) - 1;

/// The `count` low bytes of `value`, big-endian.
void number(Bytes& out, std::uint64_t value, int count);
void id(Bytes& out, Id id);
/// A size in as few bytes as it needs.
void size(Bytes& out, std::uint64_t size);
/// A size in eight bytes, so that it can be changed later. kUnknownSize: unknown.
void wide_size(Bytes& out, std::uint64_t size);

void element(Bytes& out, Id id, ByteView content);
void text(Bytes& out, Id id, std::string_view value);
/// An unsigned integer, in as few bytes as it needs or in exactly eight.
void integer(Bytes& out, Id id, std::uint64_t value);
void wide_integer(Bytes& out, Id id, std::uint64_t value);
void real(Bytes& out, Id id, double value);
/// `total` bytes (2 to 128) that readers skip.
void filler(Bytes& out, std::size_t total);

}  // namespace reprise::media::ebml
