-- wrk script: PUTs the chunks of one recording, in order, to many recordings in turn. Settings come by the environment.
local chunks, digests, ids = {}, {}, {}
for path in os.getenv("BENCH_CHUNKS"):gmatch("%S+") do
  local file = assert(io.open(path, "rb"))
  chunks[#chunks + 1] = file:read("*a")
  file:close()
end
for digest in os.getenv("BENCH_DIGESTS"):gmatch("%S+") do digests[#digests + 1] = digest end
for id in os.getenv("BENCH_IDS"):gmatch("%S+") do ids[#ids + 1] = id end
local headers = { ["Content-Type"] = "application/vnd.mcap", ["Origin"] = os.getenv("BENCH_ORIGIN") }
local count = 0

function request()
  local id = ids[count % #ids + 1]
  -- Past the last chunk the first ones come again, which is answered but stores nothing: ingest.mjs refuses such a run.
  local seq = math.floor(count / #ids) % #chunks
  count = count + 1
  headers["Content-Digest"] = digests[seq + 1]
  return wrk.format("PUT", "/api/recordings/" .. id .. "/chunks/" .. seq, headers, chunks[seq + 1])
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status))
end
