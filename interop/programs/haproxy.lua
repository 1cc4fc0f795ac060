-- What a server of files has by itself and haproxy does not: echo, a slow answer, large answers.
-- H2INTEROP_DOWNLOAD names the file of the large download.

local file = assert(io.open(os.getenv("H2INTEROP_DOWNLOAD"), "rb"))
local DOWNLOAD = file:read("a")
file:close()
local PIECE = 16000

local function sized(size)
    return function(applet)
        applet:set_status(200)
        applet:add_header("content-type", "application/octet-stream")
        applet:add_header("content-length", tostring(size))
        applet:start_response()
        for at = 1, size, PIECE do
            applet:send(string.sub(DOWNLOAD, at, math.min(at + PIECE - 1, size)))
        end
    end
end

core.register_service("large", "http", sized(1048576))
core.register_service("download", "http", sized(#DOWNLOAD))

core.register_service("slow", "http", function(applet)
    core.msleep(1000)
    applet:set_status(200)
    applet:add_header("content-type", "text/plain")
    applet:start_response()
    applet:send("slow\n")
end)

core.register_service("echo", "http", function(applet)
    local content = applet:receive()
    applet:set_status(200)
    applet:add_header("content-type", "application/octet-stream")
    applet:add_header("content-length", tostring(#content))
    applet:start_response()
    applet:send(content)
end)
