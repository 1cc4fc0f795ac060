-- What a server of files has by itself and haproxy does not: echo, a slow answer, large answers.
local PIECE = string.rep("0123456789abcdef", 1000)

local function sized(size)
    return function(applet)
        applet:set_status(200)
        applet:add_header("content-type", "application/octet-stream")
        applet:add_header("content-length", tostring(size))
        applet:start_response()
        local left = size
        while left > 0 do
            local piece = left < #PIECE and string.sub(PIECE, 1, left) or PIECE
            applet:send(piece)
            left = left - #piece
        end
    end
end

core.register_service("large", "http", sized(1048576))
core.register_service("download", "http", sized(20000000))

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
