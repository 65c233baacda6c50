"""What cameras answer, by operation: one that speaks as Hikvision's do, one as Axis's do; {base} is the device."""

_HIKVISION_PROFILE = """
<trt:Profiles token="Profile_{number}" fixed="true"><tt:Name>{name}</tt:Name>
 <tt:VideoSourceConfiguration token="VideoSourceToken"><tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount>
  <tt:SourceToken>VideoSource_1</tt:SourceToken><tt:Bounds x="0" y="0" width="2560" height="1440"/>
 </tt:VideoSourceConfiguration>
 <tt:VideoEncoderConfiguration token="VideoEncoderToken_{number}" encodingMode="constant">
  <tt:Name>VideoEncoder_{number}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>
  <tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>
  <tt:Quality>3.000000</tt:Quality>
  <tt:RateControl><tt:FrameRateLimit>{rate}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>
   <tt:BitrateLimit>{bitrate}</tt:BitrateLimit></tt:RateControl>
  <tt:H264><tt:GovLength>{gov}</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>
  <tt:SessionTimeout>PT5S</tt:SessionTimeout>
 </tt:VideoEncoderConfiguration>
</trt:Profiles>"""

HIKVISION = {
    "GetDeviceInformation": """<tds:GetDeviceInformationResponse>
<tds:Manufacturer>HIKVISION</tds:Manufacturer><tds:Model>DS-2CD2T43G2-4I</tds:Model>
<tds:FirmwareVersion>V5.7.3 build 220315</tds:FirmwareVersion><tds:SerialNumber>DS-2CD2T43G2-4I2022</tds:SerialNumber>
<tds:HardwareId>88</tds:HardwareId></tds:GetDeviceInformationResponse>""",
    "GetCapabilities": """<tds:GetCapabilitiesResponse><tds:Capabilities>
<tt:Media><tt:XAddr>{base}/onvif/Media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>""",
    "GetProfiles": "<trt:GetProfilesResponse>"
    + _HIKVISION_PROFILE.format(number=1, name="mainStream", width=2560, height=1440, rate=25, bitrate=4096, gov=50)
    + _HIKVISION_PROFILE.format(number=2, name="subStream", width=640, height=360, rate=12, bitrate=512, gov=24)
    + '<trt:Profiles token="audio"><tt:Name>audio only</tt:Name></trt:Profiles></trt:GetProfilesResponse>',
    "GetStreamUri": """<trt:GetStreamUriResponse><trt:MediaUri>
<tt:Uri>rtsp://127.0.0.1:554/Streaming/Channels/{token}?transportmode=unicast&amp;profile={token}</tt:Uri>
<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>
<tt:Timeout>PT60S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>""",
    "GetSnapshotUri": """<trt:GetSnapshotUriResponse><trt:MediaUri>
<tt:Uri>{base}/onvif-http/snapshot?{token}</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>""",
}

_AXIS_PROFILE = """
<tr2:Profiles fixed="true" token="{token}"><tr2:Name>{token}</tr2:Name><tr2:Configurations>
 <tr2:VideoSource token="0"><tt:Name>user_0</tt:Name><tt:UseCount>6</tt:UseCount><tt:SourceToken>0</tt:SourceToken>
 </tr2:VideoSource>
 <tr2:VideoEncoder GovLength="{gov}" Profile="Main" token="{token}_enc"><tt:Name>default</tt:Name>
  <tt:UseCount>1</tt:UseCount><tt:Encoding>{encoding}</tt:Encoding>
  <tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>
  <tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>{rate}</tt:FrameRateLimit>
   <tt:BitrateLimit>{bitrate}</tt:BitrateLimit></tt:RateControl><tt:Quality>70</tt:Quality>
 </tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>"""

AXIS = {
    "GetDeviceInformation": """<tds:GetDeviceInformationResponse><tds:Manufacturer>AXIS</tds:Manufacturer>
<tds:Model>P1468-LE</tds:Model><tds:FirmwareVersion>11.11.73</tds:FirmwareVersion>
<tds:SerialNumber>B8A44F000001</tds:SerialNumber><tds:HardwareId>9D7</tds:HardwareId>
</tds:GetDeviceInformationResponse>""",
    "GetServices": """<tds:GetServicesResponse>
<tds:Service><tds:Namespace>http://www.onvif.org/ver10/device/wsdl</tds:Namespace>
 <tds:XAddr>{base}/onvif/device_service</tds:XAddr>
 <tds:Version><tt:Major>22</tt:Major><tt:Minor>12</tt:Minor></tds:Version></tds:Service>
<tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace>
 <tds:XAddr>{base}/onvif/services</tds:XAddr></tds:Service>
<tds:Service><tds:Namespace>http://www.onvif.org/ver20/media/wsdl</tds:Namespace>
 <tds:XAddr>{base}/onvif/services</tds:XAddr></tds:Service></tds:GetServicesResponse>""",
    "GetProfiles": "<tr2:GetProfilesResponse>"
    + _AXIS_PROFILE.format(
        token="profile_1_h265", encoding="H265", width=3840, height=2160, rate="29.97", bitrate=2147483647, gov=32
    )
    + _AXIS_PROFILE.format(
        token="profile_1_jpeg", encoding="JPEG", width=3840, height=2160, rate="30", bitrate=10000, gov=0
    )
    + "</tr2:GetProfilesResponse>",
    "GetStreamUri": """<tr2:GetStreamUriResponse>
<tr2:Uri>rtsp://127.0.0.1/onvif-media/media.amp?profile={token}&amp;streamtype=unicast</tr2:Uri>
</tr2:GetStreamUriResponse>""",
    "GetSnapshotUri": """<tr2:GetSnapshotUriResponse>
<tr2:Uri>{base}/onvif-cgi/jpg/image.cgi?resolution=3840x2160</tr2:Uri></tr2:GetSnapshotUriResponse>""",
}


def stream_uri(uri: str) -> str:
    """Return the answer of a Media service that gives `uri` for every profile."""
    return f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>"
