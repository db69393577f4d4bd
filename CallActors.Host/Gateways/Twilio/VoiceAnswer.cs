using System.Text;
using System.Xml;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>What Twilio is told to do with a call that comes in, in TwiML.</summary>
internal static class VoiceAnswer
{
    /// <summary>Name and value of a parameter together; Twilio takes no longer ones.</summary>
    private const int LongestParameter = 499;

    /// <summary>The answer to an incoming call.</summary>
    /// <param name="start">The reply to its start; null where there was none in time.</param>
    /// <param name="streamUrl">Where its audio goes.</param>
    public static string Of(CallReply? start, string streamUrl)
    {
        if (start?.Context is { } context) return Connect(context, streamUrl);
        if (start is { Problem: null } || start?.Problem?.Type == ProblemType.CallEnded) return Write(xml => WriteEmpty(xml, "Hangup"));

        // Busy: come again. Rejected: the number is not in service, and the caller hears so.
        return Reject(start?.Problem is { Type.Status: < 500 and not StatusCodes.Status429TooManyRequests } ? "rejected" : "busy");
    }

    public static string Reject(string reason) => Write(xml =>
    {
        xml.WriteStartElement("Reject");
        xml.WriteAttributeString("reason", reason);
        xml.WriteEndElement();
    });

    private static string Connect(CallContext context, string streamUrl) => Write(xml =>
    {
        xml.WriteStartElement("Connect");
        xml.WriteStartElement("Stream");
        xml.WriteAttributeString("url", streamUrl);
        foreach (var (name, value) in CallParameters.Of(context))
        {
            if (name.Length + value.Length > LongestParameter) continue;
            xml.WriteStartElement("Parameter");
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("value", string.Concat(value.EnumerateRunes().Where(IsXml)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static string Write(Action<XmlWriter> write)
    {
        var text = new Utf8Writer();
        using (var xml = XmlWriter.Create(text))
        {
            xml.WriteStartElement("Response");
            write(xml);
            xml.WriteEndElement();
        }

        return text.ToString();
    }

    private static void WriteEmpty(XmlWriter xml, string name)
    {
        xml.WriteStartElement(name);
        xml.WriteEndElement();
    }

    /// <summary>A CRM may hold control characters, which no XML can.</summary>
    private static bool IsXml(Rune rune) => rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value);

    /// <summary>The declaration names the encoding of the writer, and a string's would be UTF-16.</summary>
    private sealed class Utf8Writer() : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
