-- What mod_reflector does over HTTP/1 only: send the request's content back.
function handle(request)
    local content = request:requestbody() or ""
    request.content_type = "application/octet-stream"
    request:write(content)
    return apache2.OK
end
